//! Where versions come from, what is left out on request, and how the command ends.
//!
//! Longer than most files: one short test for each option and each way to end.

use crate::cases::client;
use crate::spec_folder::{Folder, api};

const BEFORE: &str = "
- { id: getThing, method: GET, path: \"/things/{id}\", parameters: [{ name: id, in: path, type: string, required: true }], returns: Thing }
- { id: getThings, method: GET, path: /things, permissions: { require: any, of: [\"a:b:view\"] }, returns: [Thing] }
- { id: deleteThing, method: DELETE, path: \"/things/{id}\", parameters: [{ name: id, in: path, type: string, required: true }], returns: void }
";
const AFTER: &str = "
- { id: getThingById, method: GET, path: \"/things/{id}\", parameters: [{ name: id, in: path, type: string, required: true }], returns: Thing }
- { id: getThings, method: GET, path: /things, permissions: { require: any, of: [\"a:b:view\", \"a:c:view\"] }, returns: [Thing] }
- { id: deleteThing, method: DELETE, path: \"/things/{id}\", deprecated: true, parameters: [{ name: id, in: path, type: string, required: true }], returns: void }
";

fn repository() -> Folder {
    let folder = Folder::new();
    folder.init();
    folder.write_ir("spec/ir", &api("ThingsApi", BEFORE));
    folder.write("spec/client.yaml", &client("1.0.0"));
    folder.commit("Before");
    folder.git(&["checkout", "--quiet", "-b", "update"]);
    folder.write_ir("spec/ir", &api("ThingsApi", AFTER));
    folder
}

fn ids(folder: &Folder, arguments: &[&str]) -> Vec<String> {
    let ran = folder.xtask(&[&["diff", "--format", "json"], arguments].concat());
    let document: serde_json::Value =
        serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err));
    let changes = document["changes"].as_array().unwrap();
    changes
        .iter()
        .map(|change| change["id"].as_str().unwrap().to_owned())
        .collect()
}

const ALL: [&str; 3] = [
    "endpoint-deprecated",
    "operation-renamed",
    "permission-added",
];

#[test]
fn revisions_spec_folders_and_ir_folders_are_the_same_to_it() {
    let folder = repository();
    assert_eq!(ids(&folder, &[]), ALL, "merge base against working tree");
    assert_eq!(ids(&folder, &["main"]), ALL);
    assert_eq!(ids(&folder, &["main", "spec"]), ALL);
    assert_eq!(ids(&folder, &["main", "spec/ir"]), ALL);
    folder.commit("After");
    assert_eq!(ids(&folder, &[]), ALL);
    assert_eq!(ids(&folder, &["HEAD~1", "HEAD"]), ALL);
    assert_eq!(ids(&folder, &["HEAD", "HEAD"]), [""; 0]);
    // What main has got meanwhile is not this branch's doing.
    folder.git(&["checkout", "--quiet", "main"]);
    folder.write_ir("spec/ir", &api("OtherApi", "[]"));
    folder.commit("Elsewhere");
    folder.git(&["checkout", "--quiet", "update"]);
    assert_eq!(ids(&folder, &[]), ALL);
}

#[test]
fn docs_without_an_ir_are_read_in_memory() {
    let folder = repository();
    let page = "---\ntitle: ThingsApi\n---\n# platformClient.ThingsApi\n\n\
        All URIs are relative to *https://api.example.com*\n\n\
        | Method | HTTP request | Description |\n| --- | --- | --- |\n\
        [**getThings**](ThingsApi.html#getThings) | **GET** /things | Lists\n{: class=\"table table-striped\"}\n\n\
        <a name=\"getThings\"></a>\n\n# [String] getThings()\n\nGET /things\n\nLists\n\n\
        Requires NO permissions:\n\n### Parameters\n\nThis endpoint does not need any parameter.\n\n\
        ### Return type\n\n**[String]**\n";
    folder.write("docs-only/docs/ThingsApi.md", page);
    let found = ids(&folder, &["main", "docs-only"]);
    assert!(
        found.contains(&"api-removed-without-deprecation".to_owned()),
        "{found:?}"
    );
    assert!(
        found.contains(&"permissions-require-changed".to_owned()),
        "{found:?}"
    );
    // The place of an annotation is in the docs, where they are.
    let ran = folder.xtask(&["diff", "main", "docs-only", "--format", "github"]);
    assert!(
        ran.out.contains("file=docs-only/docs/ThingsApi.md,line=1"),
        "{}",
        ran.out
    );
    // Docs that cannot be read say so, and how to see why.
    folder.write(
        "docs-only/docs/ThingsApi.md",
        &page.replace("GET /things\n", "FETCH /things\n"),
    );
    let ran = folder.xtask(&["diff", "main", "docs-only"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("cargo xtask lint --spec docs-only"),
        "{}",
        ran.err
    );
}

#[test]
fn what_cannot_be_compared_ends_with_2_and_says_why() {
    let folder = repository();
    folder.write("empty/README", "");
    folder.write("file.yaml", "format: 1\n");
    folder.write(
        "newer/ThingsApi.yaml",
        "format: 2\napi: ThingsApi\nshape: unheard of\n",
    );
    folder.write("broken/ThingsApi.yaml", "format: 1\napi: [\n");
    for (arguments, says) in [
        (
            &["nonsense"][..],
            "`nonsense` is neither a folder nor a revision",
        ),
        (
            &["main", "nonsense"],
            "`nonsense` is neither a folder nor a revision",
        ),
        (&["empty"], "there is no IR in empty"),
        (&["file.yaml"], "`file.yaml` is a file"),
        (
            &["newer"],
            "newer: ir/ThingsApi.yaml:1: this is format 2 of the IR; this version reads format 1",
        ),
        (&["broken"], "broken: ir/ThingsApi.yaml:"),
        (
            &["--operations", "nowhere"],
            "--operations: cannot read nowhere",
        ),
        (
            &["--operations", "empty/README"],
            "lists no operations and no topics",
        ),
        (&["--format", "yaml"], "invalid value 'yaml'"),
    ] {
        let ran = folder.xtask(&[&["diff"], arguments].concat());
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(says), "{arguments:?}: {}", ran.err);
        assert!(ran.out.is_empty(), "{arguments:?}: {}", ran.out);
    }
}

/// A commit from before there was an IR; a repository without a main branch; none at all.
#[test]
fn what_git_does_not_have_ends_with_2_and_says_why() {
    let folder = repository();
    folder.git(&["checkout", "--quiet", "--orphan", "bare"]);
    folder.git(&["rm", "-rfq", "--cached", "."]);
    folder.git(&["commit", "--quiet", "--allow-empty", "--message", "Nothing"]);
    let ran = folder.xtask(&["diff", "bare"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err
            .contains("has no IR: there is no spec/ir/*.yaml in that commit"),
        "{}",
        ran.err
    );
    let ran = folder.xtask(&["diff"]);
    assert!(
        ran.err.contains("HEAD and main have no commit in common"),
        "{}",
        ran.err
    );
    folder.git(&["branch", "--quiet", "-D", "main"]);
    let ran = folder.xtask(&["diff"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("there is no branch main or master"),
        "{}",
        ran.err
    );
    let outside = Folder::new();
    outside.write_ir("spec/ir", &api("ThingsApi", AFTER));
    let ran = outside.xtask(&["diff"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("not a git repository"), "{}", ran.err);
}

#[test]
fn fail_on_decides_the_exit_code_and_approvals_are_left_out() {
    let folder = repository();
    let code = |arguments: &[&str]| folder.xtask(&[&["diff"], arguments].concat()).code;
    for (fail_on, expected) in [
        ("never", 0),
        ("any", 1),
        ("breaking", 1),
        ("permissions", 1),
    ] {
        assert_eq!(code(&["--fail-on", fail_on]), expected, "{fail_on}");
        assert_eq!(
            code(&["HEAD", "HEAD", "--fail-on", fail_on]),
            0,
            "{fail_on}"
        );
    }
    let ran = folder.xtask(&["diff", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let approve = |ids: &[&str]| {
        let changes = document["changes"].as_array().unwrap().iter();
        let approved = changes.filter(|change| ids.contains(&change["id"].as_str().unwrap()));
        let entry = |change: &serde_json::Value| {
            format!(
                "- fingerprint: {}\n  because: Agreed\n",
                change["fingerprint"]
            )
        };
        let entries = approved.map(entry).collect::<Vec<_>>().concat();
        folder.write("spec/accepted.yaml", &entries);
    };
    approve(&["operation-renamed"]);
    assert_eq!(code(&["--fail-on", "breaking"]), 0);
    assert_eq!(code(&["--fail-on", "permissions"]), 1);
    approve(&["permission-added"]);
    assert_eq!(code(&["--fail-on", "permissions"]), 0);
    assert_eq!(code(&["--fail-on", "any"]), 1);
    approve(&ALL);
    assert_eq!(code(&["--fail-on", "any"]), 0);
    let ran = folder.xtask(&["diff"]);
    assert!(
        ran.out.contains("Accepted: Agreed") && ran.out.contains("3 accepted"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("at least 2.0.0 after 1.0.0"),
        "an approved break is a break: {}",
        ran.out
    );
}

#[test]
fn approvals_that_match_nothing_can_go_and_those_that_cannot_be_read_are_errors() {
    let folder = repository();
    folder.write(
        "spec/accepted.yaml",
        "- fingerprint: 0123456789abcdef\n  because: Agreed\n",
    );
    let ran = folder.xtask(&["diff", "HEAD", "HEAD"]);
    assert!(
        !ran.out.contains("accepted.yaml"),
        "the commit has none: {}",
        ran.out
    );
    let ran = folder.xtask(&["diff", "spec", "spec"]);
    assert!(
        ran.out
            .contains("which matches no change; remove the entry"),
        "{}",
        ran.out
    );
    folder.write("spec/accepted.yaml", "- fingerprint: 0\n");
    let ran = folder.xtask(&["diff"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("accepted.yaml"), "{}", ran.err);
}

#[test]
fn only_what_somebody_asks_for() {
    let folder = repository();
    assert_eq!(
        ids(&folder, &["--only", "permissions"]),
        ["permission-added"]
    );
    let list = |text: &str| {
        folder.write("used.txt", text);
        ids(&folder, &["--operations", "used.txt"])
    };
    assert_eq!(list("getThings # all of them\n"), ["permission-added"]);
    assert_eq!(
        list("get_things\n"),
        ["permission-added"],
        "the name in Rust"
    );
    assert_eq!(
        list("DELETE /things/{id}\n"),
        ["endpoint-deprecated"],
        "the request"
    );
    assert_eq!(list("getThing\n"), ["operation-renamed"], "by the old name");
    assert_eq!(
        list("getThingById\n"),
        ["operation-renamed"],
        "by the new name"
    );
    folder.write("used.txt", "getThings\nget /thinsg\nnothingLikeIt\n");
    let ran = folder.xtask(&["diff", "--operations", "used.txt"]);
    assert_eq!(ran.code, 0);
    for unknown in ["get /thinsg", "nothingLikeIt"] {
        assert!(
            ran.err.contains(&format!(
                "neither version has an operation or a topic `{unknown}`"
            )),
            "{}",
            ran.err
        );
    }
    // The source of a crate: calls over several lines, and nothing that only looks like one.
    folder.write(
        "consumer/src/main.rs",
        "fn get_thing() {}\n// deleteThing\nasync fn f(api: Api) { api\n    .get_things().await; }\n",
    );
    folder.write(
        "consumer/target/other.rs",
        "fn f(api: Api) { api.delete_thing(); }\n",
    );
    assert_eq!(
        ids(&folder, &["--operations", "consumer"]),
        ["permission-added"]
    );
}

#[test]
fn a_model_belongs_to_the_operations_that_reach_it() {
    let folder = Folder::new();
    for (side, size) in [("old", "integer"), ("new", "string")] {
        let mut version = api("ThingsApi", BEFORE);
        version.models.models = spec::yaml::parse(&format!(
            "- {{ name: Inner, fields: [{{ name: size, type: {size} }}] }}\n\
             - {{ name: Thing, fields: [{{ name: inner, type: [Inner] }}] }}\n"
        ))
        .unwrap();
        folder.write_ir(side, &version);
    }
    folder.write("reaches.txt", "getThing\n");
    folder.write("does-not.txt", "deleteThing\n");
    let found = |list| ids(&folder, &["old", "new", "--operations", list]);
    assert_eq!(found("reaches.txt"), ["model-field-type-changed"]);
    assert_eq!(found("does-not.txt"), [""; 0]);
}

#[test]
fn topics_are_found_by_template_by_function_and_by_line() {
    let folder = Folder::new();
    for (side, size) in [("old", "integer"), ("new", "string")] {
        let mut version = api("ThingsApi", BEFORE);
        version.models.models = spec::yaml::parse(&format!(
            "- {{ name: Move, fields: [{{ name: size, type: {size} }}] }}\n"
        ))
        .unwrap();
        version.topics = spec::yaml::parse(&format!(
            "- {{ topic: \"v2.{side}.{{id}}.moves\", model: Move }}\n\
             - {{ topic: v2.parts, model: Move }}\n"
        ))
        .unwrap();
        folder.write_ir(&format!("{side}/ir"), &version);
        folder.write(&format!("{side}/client.yaml"), &client("0.4.2"));
        folder.write(
            &format!("{side}/docs/notifications.json"),
            &format!(
                "{{ \"notifications\": [\n{{\"topic\": \"v2.parts\", \"class\": \"Move\"}},\n\
                 {{\"topic\": \"v2.{side}.{{id}}.moves\", \"class\": \"Move\"}}]}}"
            ),
        );
    }
    folder.write("topic.txt", "v2.old.{userId}.moves\n");
    folder.write(
        "consumer/src/main.rs",
        "fn f() { topics::new_moves(\"a\"); }\n",
    );
    folder.write("unknown.txt", "v2.parts\nv2.of.nothing\n");
    let found = |list| ids(&folder, &["old", "new", "--operations", list]);
    let field = "model-field-type-changed";
    assert_eq!(found("topic.txt"), ["notification-topic-removed", field]);
    assert_eq!(found("consumer"), ["notification-topic-added", field]);
    let ran = folder.xtask(&["diff", "old", "new", "--operations", "unknown.txt"]);
    assert!(
        ran.err.contains("operation or a topic `v2.of.nothing`"),
        "{}",
        ran.err
    );
    assert!(!ran.err.contains("v2.parts"), "{}", ran.err);
    let ran = folder.xtask(&["diff", "old", "new", "--format", "markdown"]);
    for link in [
        "](old/docs/notifications.json#L3)",
        "](new/docs/notifications.json#L3)",
        "1 topic added, 1 removed",
    ] {
        assert!(ran.out.contains(link), "{link}: {}", ran.out);
    }
    let ran = folder.xtask(&["diff", "old", "new", "--format", "github"]);
    let gone = "file=new/docs/notifications.json,line=1,title=notification-topic-removed";
    assert!(ran.out.contains(gone), "{}", ran.out);
}

#[test]
fn renames_are_drafted_until_they_are_written_down() {
    let folder = repository();
    let draft = folder.xtask(&["diff", "--draft-renamed"]);
    assert_eq!(draft.code, 0, "{}", draft.err);
    insta::assert_snapshot!(draft.out);
    folder.write("spec/renamed.yaml", &draft.out);
    let ran = folder.xtask(&["diff", "--draft-renamed"]);
    assert_eq!(ran.out, "");
    assert!(
        ran.err.contains("renamed.yaml has all renamed operations"),
        "{}",
        ran.err
    );
    // With the alias nothing breaks.
    assert_eq!(folder.xtask(&["diff", "--fail-on", "breaking"]).code, 0);
    folder.write("spec/renamed.yaml", "- api: ThingsApi\n");
    let ran = folder.xtask(&["diff"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err
            .contains("spec/renamed.yaml:1: the key `old` is missing"),
        "{}",
        ran.err
    );
}

#[test]
fn git_diff_can_use_it() {
    let folder = repository();
    let driver = format!("{} diff-driver --color never", env!("CARGO_BIN_EXE_xtask"));
    folder.write(".gitattributes", "spec/ir/*.yaml diff=api\n");
    folder.git(&["config", "diff.api.command", &driver]);
    let output = std::process::Command::new("git")
        .current_dir(folder.path())
        .args(["diff", "--", "spec/ir"])
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        out.contains("a/spec/ir/ThingsApi.yaml → b/spec/ir/ThingsApi.yaml"),
        "{out}"
    );
    assert!(
        out.contains("operation-renamed  getThing → getThingById"),
        "{out}"
    );
}

#[test]
fn a_draft_approves_what_is_shown_and_keeps_its_reason() {
    let folder = repository();
    let ran = folder.xtask(&["diff", "--draft-accepted"]);
    assert_eq!(ran.code, 2, "a reason is needed: {}", ran.out);
    let ran = folder.xtask(&["diff", "--draft-accepted", "--because", " "]);
    assert_eq!(ran.code, 2, "and it says something: {}", ran.out);
    let because = "agreed: \"yes\" # since\nlast week";
    let ran = folder.xtask(&["diff", "--draft-accepted", "--because", because]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(ran.out.matches("- fingerprint: ").count(), 1, "{}", ran.out);
    assert!(
        ran.out
            .starts_with("# ThingsApi, getThingById: operation-renamed\n"),
        "{}",
        ran.out
    );
    folder.write("spec/accepted.yaml", &ran.out);
    assert_eq!(folder.xtask(&["diff", "--fail-on", "breaking"]).code, 0);
    let ran = folder.xtask(&["diff", "--draft-accepted", "--because", "again"]);
    assert_eq!(ran.out, "", "what is approved is not drafted again");
    let filter = ["diff", "--only", "permissions", "--fail-on", "permissions"];
    let ran = folder.xtask(&[&filter[..], &["--draft-accepted", "--because", "x"]].concat());
    assert!(ran.out.contains("permission-added"), "{}", ran.out);
    folder.write("nothing.txt", "getNothing\n");
    let nothing = [
        "diff",
        "--draft-accepted",
        "--because",
        "x",
        "--operations",
        "nothing.txt",
    ];
    let ran = folder.xtask(&nothing);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
}

#[test]
fn a_draft_can_be_appended_to_a_file_whose_last_line_has_no_end() {
    let folder = repository();
    let there = "- { fingerprint: aaaaaaaaaaaaaaaa, because: long ago }";
    folder.write("spec/accepted.yaml", there);
    let ran = folder.xtask(&["diff", "--draft-accepted", "--because", "agreed"]);
    folder.write("spec/accepted.yaml", &format!("{there}{}", ran.out));
    let ran = folder.xtask(&["diff", "--fail-on", "breaking"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("approves aaaaaaaaaaaaaaaa"), "{}", ran.out);
}

#[test]
fn approvals_that_contradict_or_say_nothing_are_errors() {
    let folder = repository();
    for (text, says) in [
        (
            "- { fingerprint: aaaaaaaaaaaaaaaa, because: One }\n- { fingerprint: aaaaaaaaaaaaaaaa, because: Two }\n",
            "entries 1 and 2 approve the same change",
        ),
        (
            "- { fingerprint: aaaaaaaaaaaaaaaa, because: '' }\n",
            "`because` of aaaaaaaaaaaaaaaa is empty",
        ),
        (
            "- { fingerprint: banana, because: One }\n",
            "`banana` is not a fingerprint",
        ),
    ] {
        folder.write("spec/accepted.yaml", text);
        let ran = folder.xtask(&["diff"]);
        assert_eq!(ran.code, 2, "{says}");
        assert!(
            ran.err.contains("spec/accepted.yaml:") && ran.err.contains(says),
            "{}",
            ran.err
        );
    }
}

#[test]
fn what_breaks_the_wire_alone_is_no_patch() {
    let folder = Folder::new();
    folder.init();
    let narrowed = AFTER
        .replace("any, of", "all, of")
        .replace("getThingById", "getThing")
        .replace("deprecated: true, ", "");
    folder.write_ir("spec/ir", &api("ThingsApi", BEFORE));
    folder.write("spec/client.yaml", &client("1.0.0"));
    folder.commit("Before");
    folder.write_ir("spec/ir", &api("ThingsApi", &narrowed));
    let ran = folder.xtask(&["diff", "HEAD"]);
    assert!(
        ran.out.contains("nothing breaks in Rust")
            && ran
                .out
                .contains("at least 1.1.0 after 1.0.0. Changes that break the wire"),
        "{}",
        ran.out
    );
    assert!(
        ran.out
            .contains("To do: Grant all of `a:b:view, a:c:view` to the role")
            && ran.out.contains("GET /things  things().get_things"),
        "{}",
        ran.out
    );
}

#[test]
fn a_check_names_approvals_that_match_nothing() {
    let folder = Folder::new();
    folder.init();
    crate::typed_docs::put(&folder, "spec", true, str::to_owned);
    folder.write("spec/client.yaml", &client("1.0.0"));
    assert_eq!(folder.xtask(&["regen", "--ir-only"]).code, 0);
    folder.commit("Before");
    folder.write(
        "spec/accepted.yaml",
        "- { fingerprint: aaaaaaaaaaaaaaaa, because: Of old }\n",
    );
    let ran = folder.xtask(&["regen", "--check", "--ir-only"]);
    assert!(
        ran.err.contains(
            "warning: accepted.yaml approves aaaaaaaaaaaaaaaa (Of old), which matches no change"
        ),
        "{}",
        ran.err
    );
}

#[test]
fn the_version_is_that_of_what_is_shown() {
    let folder = repository();
    folder.write("used.txt", "getThings\n");
    let ran = folder.xtask(&["diff", "--operations", "used.txt"]);
    assert!(
        ran.out.contains("at least 1.0.1 after 1.0.0"),
        "{}",
        ran.out
    );
    let ran = folder.xtask(&["diff", "--fingerprints"]);
    assert_eq!(ran.out.matches("Fingerprint: ").count(), 3, "{}", ran.out);
}

#[test]
fn git_is_asked_about_the_folder_and_its_words_are_shown() {
    let folder = repository();
    let elsewhere = Folder::new();
    elsewhere.init();
    let hook = elsewhere.path().join(".git").display().to_string();
    let index = elsewhere.path().join("no-index").display().to_string();
    let ran = folder.xtask_with(
        &["diff", "main"],
        &[("GIT_DIR", &hook), ("GIT_INDEX_FILE", &index)],
    );
    assert_eq!(ran.code, 0, "a hook's environment: {}", ran.err);
    assert!(ran.out.contains("operation-renamed"), "{}", ran.out);
    let ran = folder.xtask_with(
        &["diff", "main"],
        &[("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")],
    );
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("dubious ownership"), "{}", ran.err);
}

#[test]
fn untyped_bodies_are_said_and_not_guessed_about() {
    let folder = Folder::new();
    for (side, body, required) in [
        ("old", "object", false),
        ("new", "object", true),
        ("typed-old", "Thing", false),
        ("typed-new", "Thing", true),
    ] {
        let operation = format!(
            "- {{ id: postThing, method: POST, path: /things, parameters: [{{ name: body, in: body, type: {body}, required: true }}], returns: void }}"
        );
        let mut version = api("ThingsApi", &operation);
        version.models.models = spec::yaml::parse(&format!(
            "- {{ name: Thing, fields: [{{ name: size, type: integer, required: {required} }}] }}"
        ))
        .unwrap();
        folder.write_ir(side, &version);
    }
    let shown = folder.xtask(&["diff", "old", "new"]).out;
    let words = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("Not judged: 1 of the 1 request bodies have no documented type"),
        "{shown}"
    );
    assert!(
        words.contains("If an untyped body carries it: a request without it is refused"),
        "{shown}"
    );
    let shown = folder.xtask(&["diff", "typed-old", "typed-new"]).out;
    assert!(
        shown.contains("BREAKS wire      model-field-became-required"),
        "{shown}"
    );
    assert!(!shown.contains("Not judged"), "{shown}");
}

#[test]
fn what_the_docs_say_cannot_command_a_terminal_or_a_workflow() {
    let folder = Folder::new();
    let hostile = "::error::owned \u{1b}]0;title\u{7} ##[error]x \u{202e}";
    let quoted = serde_json::to_string(hostile).unwrap();
    let operation = |summary: &str, values: &str| {
        format!(
            "- {{ id: {quoted}, method: GET, path: /things, summary: {summary}, parameters: [{{ name: {quoted}, in: query, type: string, values: [{values}] }}], returns: string }}"
        )
    };
    folder.write_ir("old", &api("ThingsApi", &operation("a", "b")));
    folder.write_ir("new", &api("ThingsApi", &operation(&quoted, &quoted)));
    for format in ["text", "markdown", "github", "html"] {
        let shown = folder
            .xtask(&["diff", "old", "new", "--all", "--format", format])
            .out;
        for character in ['\u{1b}', '\u{7}', '\u{202e}'] {
            assert!(
                !shown.contains(character),
                "{format}: {character:?} in {shown}"
            );
        }
        if format != "github" {
            assert!(
                !shown
                    .lines()
                    .any(|line| line.trim_start().starts_with("::")),
                "{format}: {shown}"
            );
        }
        if format == "text" {
            assert!(!shown.contains("##["), "{shown}");
        }
    }
    let ran = folder.xtask(&["diff", "\u{1b}[31m\n::error::x", "new"]);
    assert_eq!(ran.code, 2);
    assert!(!ran.err.contains('\u{1b}'), "{}", ran.err);
    assert!(
        !ran.err.lines().any(|line| line.starts_with("::")),
        "{}",
        ran.err
    );
}
