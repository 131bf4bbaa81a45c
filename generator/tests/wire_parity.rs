//! Compares what is resolved with what the vendor's own SDK sends (`facts/` of the folder
//! `shared`): path, places, wire names, arrays and bodies of each operation, and the keys of each
//! model's fields.
//!
//! Needs the folder at `SHARED_DIR` or beside the workspace: `cargo test -p generator -- --ignored`.

use generator::diagnostic::{Code, Severity};
use generator::resolve::Handmade;
use generator::source::SourceFile;
use generator::{Extracted, extract};
use spec::{Api, Location, Model, Models, Operation, Type};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const OVERLAY_184: &str = include_str!("fixtures/seed/overlay.yaml");
const OVERLAY_259: &str = include_str!("overlay-259.yaml");

fn shared() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let folder = std::env::var_os("SHARED_DIR").map_or(beside, PathBuf::from);
    assert!(
        folder.join("facts").is_dir(),
        "{} is not there",
        folder.display()
    );
    folder
}

fn sources(folder: &Path, prefix: &str) -> Vec<SourceFile> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the corpus is there")
        .map(|entry| entry.expect("the folder can be read").file_name())
        .map(|name| name.into_string().expect("pages have plain names"))
        .filter(|name| Path::new(name).extension().is_some_and(|ext| ext == "md"))
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|name| SourceFile {
            text: fs::read_to_string(folder.join(&name)).expect("pages are text"),
            path: format!("{prefix}/{name}"),
        })
        .collect()
}

/// Extracts pages and fails on any error.
fn extract_all(pages: &[SourceFile], models: &[SourceFile], overlay_text: &str) -> Extracted {
    let overlay = spec::yaml::parse_overlay(overlay_text).expect("the overlay is one");
    let handmade = Handmade {
        overlay: &overlay,
        overlay_text,
        models: &Models::default(),
        models_text: "",
    };
    let extracted = extract(pages, models, None, &handmade);
    let errors: Vec<_> = extracted
        .diagnostics
        .iter()
        .filter(|found| found.code.severity() == Severity::Error)
        .map(|found| (found.code.name(), &found.message, &found.span))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    extracted
}

fn facts<T: serde::de::DeserializeOwned>(shared: &Path, name: &str) -> T {
    let text = fs::read_to_string(shared.join("facts").join(name)).expect("the facts are there");
    serde_json::from_str(&text).expect("the facts are JSON of that shape")
}

/// What decides the bytes of a request.
#[derive(Debug, PartialEq, Eq, serde::Deserialize)]
struct Wire {
    method: String,
    path: String,
    path_params: BTreeSet<String>,
    query: BTreeSet<String>,
    header: BTreeSet<String>,
    body: bool,
    arrays: BTreeSet<String>,
}

fn wire(operation: &Operation) -> Wire {
    let names = |location: Location| {
        let there = operation
            .parameters
            .iter()
            .filter(move |p| p.location == location);
        there.map(|p| p.wire_name().to_owned())
    };
    let arrays = operation.parameters.iter().filter(|parameter| {
        parameter.location == Location::Query && matches!(parameter.ty, Type::Array(_))
    });
    Wire {
        method: operation.method.to_string(),
        path: operation.path.clone(),
        path_params: names(Location::Path).collect(),
        query: names(Location::Query).collect(),
        header: names(Location::Header)
            .map(|field| field.to_ascii_lowercase())
            .collect(),
        body: names(Location::Body).next().is_some(),
        arrays: arrays
            .map(|parameter| parameter.wire_name().to_owned())
            .collect(),
    }
}

/// Operations that are right, all operations, and what is wrong with the others.
fn parity(api: &Api, facts: &BTreeMap<String, Wire>) -> (usize, usize, Vec<String>) {
    let mut ours = BTreeMap::new();
    for page in &api.pages {
        for operation in &page.operations {
            ours.insert(format!("{}.{}", page.api, operation.id), wire(operation));
        }
    }
    let mut wrong = Vec::new();
    for (id, theirs) in facts {
        let header = theirs
            .header
            .iter()
            .map(|field| field.to_ascii_lowercase())
            .collect();
        let theirs = Wire {
            method: theirs.method.clone(),
            path: theirs.path.clone(),
            path_params: theirs.path_params.clone(),
            query: theirs.query.clone(),
            arrays: theirs.arrays.clone(),
            header,
            body: theirs.body,
        };
        match ours.remove(id) {
            Some(ours) if ours == theirs => {}
            Some(ours) => wrong.push(format!("{id}: {ours:?} instead of {theirs:?}")),
            None => wrong.push(format!("{id} is missing")),
        }
    }
    wrong.extend(
        ours.keys()
            .map(|id| format!("{id} is unknown to the vendor")),
    );
    (facts.len().saturating_sub(wrong.len()), facts.len(), wrong)
}

fn check_operations(version: u32, overlay: &str) {
    let shared = shared();
    let pages = sources(&shared.join(format!("corpus/js-{version}")), "docs");
    let facts = facts(&shared, &format!("wire-{version}.json"));

    let (right, all, wrong) = parity(&extract_all(&pages, &[], "").api, &facts);
    println!(
        "js-{version} without overlay: {right} of {all}\n{}",
        wrong.join("\n")
    );
    assert!(right * 1000 >= all * 993, "{right} of {all}: {wrong:#?}");

    let (right, all, wrong) = parity(&extract_all(&pages, &[], overlay).api, &facts);
    println!("js-{version} with overlay: {right} of {all}");
    assert_eq!(right, all, "{wrong:#?}");
}

#[test]
#[ignore = "needs the folder `shared`"]
fn operations_of_184_send_what_the_vendor_sends() {
    check_operations(184, OVERLAY_184);
}

#[test]
#[ignore = "needs the folder `shared`"]
fn operations_of_259_send_what_the_vendor_sends() {
    check_operations(259, OVERLAY_259);
}

/// What is known of a field of a model.
#[derive(serde::Deserialize)]
struct FieldFacts {
    #[serde(rename = "type")]
    ty: String,
    #[serde(default)]
    required: bool,
}

/// A type in the words of the facts.
fn word(ty: &Type) -> String {
    match ty {
        Type::String => "str".to_owned(),
        Type::Integer => "int".to_owned(),
        Type::Number => "float".to_owned(),
        Type::Boolean => "bool".to_owned(),
        Type::DateTime => "datetime".to_owned(),
        Type::Array(element) => format!("list[{}]", word(element)),
        Type::Map(value) => format!("dict(str, {})", word(value)),
        other => other.to_string(),
    }
}

/// The number of fields, and those whose key is not the vendor's, as model and documented name.
/// Types must be right too, and required fields of the facts. (The pages have a few more required
/// fields, and no values.)
fn unknown_keys(
    models: &Models,
    facts: &BTreeMap<String, BTreeMap<String, FieldFacts>>,
) -> (usize, Vec<(String, String)>) {
    let models = models.models.iter();
    let by_name: BTreeMap<&str, &Model> = models.map(|m| (m.name.as_str(), m)).collect();
    let (mut all, mut unknown) = (0, Vec::new());
    for (name, fields) in facts {
        let model = by_name.get(name.as_str()).expect("each model has its page");
        assert_eq!(model.fields.len(), fields.len(), "{name}");
        all += fields.len();
        for field in &model.fields {
            let Some(facts) = fields.get(field.wire_name()) else {
                unknown.push((name.clone(), field.name.clone()));
                continue;
            };
            // A class of the vendor's SDK whose values are texts: `resolve` makes it a string.
            let told = facts.ty.replace("LocalDateTime", "str");
            assert_eq!(word(&field.ty), told, "{name}.{}", field.name);
            assert!(field.required || !facts.required, "{name}.{}", field.name);
        }
    }
    (all, unknown)
}

#[test]
#[ignore = "needs the folder `shared`"]
fn models_of_184_have_the_keys_that_the_vendor_sends() {
    let shared = shared();
    let pages = sources(&shared.join("corpus/models-184"), "docs/typed");
    let facts = facts(&shared, "models-184.json");

    let plain = extract_all(&[], &pages, "");
    let (all, unknown) = unknown_keys(&plain.api.models, &facts);
    println!(
        "models-184 without overlay: {} of {all} keys",
        all - unknown.len()
    );
    assert!(unknown.len() * 200 <= all, "{unknown:#?}");

    // A wrongly inferred key must have a note.
    let doubted = |model: &str, field: &str| {
        let file = format!("docs/typed/{model}.md");
        plain.diagnostics.iter().any(|found| {
            found.code == Code::DoubtfulWireName
                && found.span.file == file
                && found
                    .message
                    .starts_with(&format!("the key of `{field}` is read as "))
        })
    };
    let notes = plain.diagnostics.iter();
    let notes = notes
        .filter(|found| found.code == Code::DoubtfulWireName)
        .count();
    let found = unknown
        .iter()
        .filter(|(model, field)| doubted(model, field))
        .count();
    println!(
        "{notes} keys are doubted, {found} of the {} wrong ones among them",
        unknown.len()
    );
    assert!(found * 4 >= unknown.len() * 3);
    assert!(notes * 25 <= all, "too many notes to be read");

    let extracted = extract_all(&[], &pages, OVERLAY_184);
    let (all, unknown) = unknown_keys(&extracted.api.models, &facts);
    println!(
        "models-184 with overlay: {} of {all} keys",
        all - unknown.len()
    );
    assert_eq!(unknown, Vec::new());
}

/// Entries of the overlay also fit newer forms of the model pages, or are ignored.
#[test]
#[ignore = "needs the folder `shared`"]
fn newer_pages_agree_with_the_overlay() {
    let shared = shared();
    let pages = sources(&shared.join("corpus/js-259"), "docs");
    let models = sources(&shared.join("corpus/models-257"), "docs/typed");
    let extracted = extract_all(&pages, &models, OVERLAY_184);
    assert_eq!(extracted.lines.total, extracted.lines.accounted);
    assert!(extracted.api.pages.len() > 40 && extracted.api.models.models.len() > 14);
}
