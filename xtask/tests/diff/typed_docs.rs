//! Two states of an API whose bodies a typed SDK's docs describe, and the same without these docs.

use crate::spec_folder::Folder;
use std::fs;
use std::path::Path;

fn fixture(path: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diff/typed");
    fs::read_to_string(folder.join(path)).unwrap()
}

/// A spec folder `side` of the fixture's docs, with the pages of models as `change` makes them.
pub(crate) fn put(folder: &Folder, side: &str, with_api: bool, change: impl Fn(&str) -> String) {
    let page = fixture("ThingsApi.md");
    folder.write(&format!("{side}/docs/ThingsApi.md"), &page);
    for model in ["Thing", "Inner", "Part"] {
        let text = change(&fixture(&format!("typed/{model}.md")));
        folder.write(&format!("{side}/docs/typed/{model}.md"), &text);
    }
    if with_api {
        let page = fixture("typed/ThingsApi.md");
        folder.write(&format!("{side}/docs/typed/ThingsApi.md"), &page);
    }
}

/// Every field is required, and each model has one more that is.
fn stricter(page: &str) -> String {
    page.replace(" [optional] |", " |") + "| **fresh** | **String** | New | |\n"
}

/// `impact of the wire: id, model.field` of each change of a model.
fn judged(folder: &Folder, old: &str, new: &str) -> Vec<String> {
    let ran = folder.xtask(&["diff", old, new, "--format", "json"]);
    let document: serde_json::Value =
        serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err));
    let word = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let changes = document["changes"].as_array().unwrap().iter();
    let shown = changes.map(|change| {
        format!(
            "{}: {} {}.{}",
            word(&change["wire"]),
            word(&change["id"]),
            word(&change["model"]),
            word(&change["field"])
        )
    });
    shown.collect()
}

#[test]
fn a_field_that_a_sent_model_requires_now_breaks_the_wire() {
    let folder = Folder::new();
    put(&folder, "old", true, str::to_owned);
    put(&folder, "new", true, stricter);
    insta::assert_snapshot!(judged(&folder, "old", "new").join("\n"));
    let ran = folder.xtask(&["diff", "old", "new", "--fail-on", "breaking"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(!ran.out.contains("Not judged"), "{}", ran.out);
    // What a request may leave out now breaks nobody.
    let eased = judged(&folder, "new", "old");
    assert!(
        eased.contains(&"compatible: model-field-became-optional Inner.size".to_owned()),
        "{eased:?}"
    );
}

#[test]
fn without_typed_docs_it_is_said_what_cannot_be_judged() {
    let folder = Folder::new();
    put(&folder, "old", false, str::to_owned);
    put(&folder, "new", false, stricter);
    // Pages of models are there, but no page says which of them the body is.
    let ran = folder.xtask(&["diff", "old", "new", "--fail-on", "breaking"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    insta::assert_snapshot!(ran.out);
    // The typed docs come: nothing is guessed about the older side.
    put(&folder, "typed", true, stricter);
    let ran = folder.xtask(&["diff", "new", "typed"]);
    assert!(!ran.out.contains("Not judged"), "{}", ran.out);
}
