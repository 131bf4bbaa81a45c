//! Updates as they come, through the steps of the workflow: whole SDKs that are made here, and versions of
//! the vendor's docs. The latter need the folder at `SHARED_DIR` or beside the workspace:
//! `cargo test -p xtask -- --ignored`.

#![cfg(unix)]

use crate::spec_folder::Folder;
use crate::workflow::{
    CHECK, COMMENT, GATE, OpenedBy, Results, bare_repository, commit_first, has_jq, page, regen,
    repository, run, run_steps, write_docs,
};
use std::path::{Path, PathBuf};

/// Comments of others, and another one of the same bot.
const OTHERS: &str = r#"[
    { "id": 7, "user": { "login": "somebody" }, "body": "<!-- cargo xtask diff -->\nquoted" },
    { "id": 8, "user": { "login": "github-actions[bot]" }, "body": "coverage: 90 %\n<!-- cargo xtask diff -->" }
]"#;

/// The same with the workflow's own.
const WITH_OWN: &str = r#"[
    { "id": 7, "user": { "login": "somebody" }, "body": "<!-- cargo xtask diff -->\nquoted" },
    { "id": 8, "user": { "login": "github-actions[bot]" }, "body": "coverage: 90 %\n<!-- cargo xtask diff -->" },
    { "id": 41, "user": { "login": "github-actions[bot]" }, "body": "<!-- cargo xtask diff -->\n## API diff" }
]"#;

fn is_fine(results: &Results, step: &str) {
    let (passed, shown) = &results[step];
    assert!(passed, "{step}: {shown}");
}

fn tool_file(folder: &Folder, name: &str) -> String {
    std::fs::read_to_string(folder.path().join(".tools").join(name)).unwrap()
}

/// How many changes of the commit break callers, how many of these are of pages (models too) that are still
/// there, and how many change who may call and break nothing.
fn facts(folder: &Folder) -> (usize, usize, usize) {
    let ran = folder.xtask(&["diff", "main", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&ran.out).expect(&ran.err);
    let changes = document["changes"].as_array().unwrap();
    let breaks =
        |change: &&serde_json::Value| change["wire"] == "breaking" || change["rust"] == "breaking";
    let widens = |change: &&serde_json::Value| {
        !breaks(change)
            && change["text"]
                .as_str()
                .unwrap()
                .starts_with("Widens who may call")
    };
    let count = |of: &dyn Fn(&&serde_json::Value) -> bool| changes.iter().filter(of).count();
    let has_place = |change: &&serde_json::Value| {
        let page = |api: &str| folder.path().join(format!("spec/docs/{api}.md"));
        breaks(change) && change["api"].as_str().is_none_or(|api| page(api).exists())
    };
    (count(&breaks), count(&has_place), count(&widens))
}

/// Commits what stands in the folder as an update of main, and runs the workflow on it: the comment is
/// refused, then written, then (approved) the gate opens. Returns the comment.
fn goes_through(folder: &Folder) -> String {
    regen(folder);
    folder.commit("Update");
    let (breaking, with_place, widening) = facts(folder);
    folder.write(".tools/comments.json", OTHERS);
    folder.write(".tools/refuse", "");
    let results = run(folder, "main", OpenedBy::Here);
    is_fine(&results, CHECK);
    is_fine(&results, "Write the reports");
    assert!(!results["Comment"].0, "it is refused");
    // What follows runs all the same.
    is_fine(&results, "Annotate");
    let annotations = &results["Annotate"].1;
    let count = |level: &str| {
        let start = format!("::{level} ");
        annotations
            .lines()
            .filter(|line| line.starts_with(&start))
            .count()
    };
    assert_eq!(
        (count("error"), count("warning")),
        (breaking, widening),
        "{annotations}"
    );
    let placed = annotations.matches("::error file=spec/").count();
    assert_eq!(placed, with_place, "each stands at a line of the spec");
    assert_eq!(results[GATE].0, breaking == 0, "{}", results[GATE].1);
    let comment = results["summary"].1.clone();
    assert!(comment.len() <= COMMENT, "{} bytes", comment.len());
    assert!(
        comment.starts_with("<!-- cargo xtask diff -->\n## API diff\n"),
        "{comment}"
    );
    let opened = comment.matches("<details").count();
    assert_eq!(opened, comment.matches("</details>").count());
    let head = folder.git_output(&["rev-parse", "HEAD"]);
    let link = format!("somebody/things/blob/{}/spec/", head.trim());
    assert!(comment.contains(&link), "links name a commit: {comment}");
    std::fs::remove_file(folder.path().join(".tools/refuse")).unwrap();
    let is_comment = |step: &str| matches!(step, "Write the reports" | "Comment");
    let results = run_steps(folder, "main", OpenedBy::Here, is_comment);
    is_fine(&results, "Comment");
    let first = "--method POST repos/somebody/things/issues/7/comments";
    assert!(tool_file(folder, "asked").contains(first));
    assert_eq!(tool_file(folder, "comment"), comment);

    if breaking > 0 {
        let because = [
            "diff",
            "main",
            "--draft-accepted",
            "--because",
            "the vendor says so",
        ];
        let draft = folder.xtask(&because);
        folder.write("spec/accepted.yaml", &draft.out);
        folder.commit("Approve");
        let results = run_steps(folder, "main", OpenedBy::Here, |step| step == GATE);
        is_fine(&results, GATE);
    }
    comment
}

#[test]
fn an_update_of_a_whole_sdk_that_breaks_everything() {
    if !has_jq() {
        return;
    }
    let folder = repository();
    write_docs(&folder, "a:c:view", "right");
    let comment = goes_through(&folder);
    let files = folder.git_output(&["diff", "--name-only", "main", "HEAD"]);
    assert!(files.lines().count() >= 300, "{}", files.lines().count());
    assert!(
        comment.len() > COMMENT / 2,
        "the room is used: {} bytes",
        comment.len()
    );
}

#[test]
fn an_update_of_a_whole_sdk_that_only_adds_passes_and_its_own_comment_is_written_anew() {
    if !has_jq() {
        return;
    }
    let folder = repository();
    for index in 160..500 {
        let text = page(index, "a:b:view", "left");
        folder.write(&format!("spec/docs/Thing{index}Api.md"), &text);
    }
    let comment = goes_through(&folder);
    assert!(!comment.contains("### Breaks callers"), "{comment}");
    folder.write(".tools/comments.json", WITH_OWN);
    let is_comment = |step: &str| matches!(step, "Write the reports" | "Comment");
    let results = run_steps(&folder, "main", OpenedBy::Here, is_comment);
    is_fine(&results, "Comment");
    let asked = tool_file(&folder, "asked");
    let last = asked.lines().last().unwrap();
    let own = "--method PATCH repos/somebody/things/issues/comments/41 ";
    assert!(last.contains(own), "{last}");
}

#[test]
fn an_update_of_a_whole_sdk_in_which_pages_come_and_go_and_others_widen() {
    if !has_jq() {
        return;
    }
    let folder = repository();
    for index in 0..80 {
        let name = format!("spec/docs/Thing{index}Api.md");
        std::fs::remove_file(folder.path().join(name)).unwrap();
        let text = page(index + 160, "a:b:view", "left");
        folder.write(&format!("spec/docs/Thing{}Api.md", index + 160), &text);
    }
    for index in 80..160 {
        let text = page(index, "a:b:view\n* a:c:view", "left");
        folder.write(&format!("spec/docs/Thing{index}Api.md"), &text);
    }
    let comment = goes_through(&folder);
    assert!(
        comment.contains("### Who may call: 240 changes"),
        "{comment}"
    );
    assert!(comment.contains("**widens callers**") || comment.contains("widens callers"));
}

#[test]
fn a_stale_ir_fails_and_stops_nothing_else() {
    if !has_jq() {
        return;
    }
    let folder = repository();
    write_docs(&folder, "a:c:view", "left");
    folder.commit("Docs without their IR");
    let results = run(&folder, "main", OpenedBy::Here);
    let (passed, shown) = &results[CHECK];
    assert!(!passed && shown.contains("spec/ir"), "{shown}");
    is_fine(&results, "Comment");
    let (passed, shown) = &results["Annotate"];
    assert!(
        *passed && shown.contains("warning: spec/ir is not what spec/docs say"),
        "{shown}"
    );
}

#[test]
fn read_only_tokens_get_the_summary_and_no_comment() {
    let folder = repository();
    folder.write("spec/docs/Thing0Api.md", &page(0, "a:c:view", "left"));
    regen(&folder);
    folder.commit("Update");
    for from in [OpenedBy::Fork, OpenedBy::Dependabot] {
        let results = run(&folder, "main", from);
        assert!(!results.contains_key("Comment"));
        let summary = &results["summary"].1;
        assert!(summary.contains("## API diff"), "{summary}");
        is_fine(&results, "Annotate");
        assert!(!results[GATE].0, "the gate is the same for all");
    }
    assert!(!folder.path().join(".tools/asked").exists());
}

fn corpus() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let folder = std::env::var_os("SHARED_DIR").map_or(beside, PathBuf::from);
    let folder = folder.join("corpus");
    assert!(folder.is_dir(), "{} is not there", folder.display());
    folder
}

fn take(folder: &Folder, pages: &Path) {
    let _ = std::fs::remove_dir_all(folder.path().join("spec/docs"));
    for entry in std::fs::read_dir(pages).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.ends_with("Api.md") {
            folder.write(
                &format!("spec/docs/{name}"),
                &std::fs::read_to_string(&path).unwrap(),
            );
        }
    }
}

/// From one folder of the corpus to another.
fn an_update_of_the_corpus_goes_through(old: &str, new: &str) {
    if !has_jq() {
        return;
    }
    let folder = bare_repository();
    take(&folder, &corpus().join(old));
    commit_first(&folder);
    take(&folder, &corpus().join(new));
    let comment = goes_through(&folder);
    println!("{old} to {new}: {} bytes", comment.len());
}

#[test]
#[ignore = "needs the folder `shared`"]
fn corpus_190() {
    an_update_of_the_corpus_goes_through("pair-190/old", "pair-190/new");
}

#[test]
#[ignore = "needs the folder `shared`"]
fn corpus_223() {
    an_update_of_the_corpus_goes_through("pair-223/old", "pair-223/new");
}

#[test]
#[ignore = "needs the folder `shared`"]
fn corpus_249() {
    an_update_of_the_corpus_goes_through("pair-249/old", "pair-249/new");
}

#[test]
#[ignore = "needs the folder `shared`"]
fn corpus_184_to_252() {
    an_update_of_the_corpus_goes_through("js-184", "js-252");
}

#[test]
#[ignore = "needs the folder `shared`"]
fn corpus_252_to_259() {
    an_update_of_the_corpus_goes_through("js-252", "js-259");
}
