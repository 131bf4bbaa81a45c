//! The steps of `.github/workflows/api-diff.yml`, run by bash as the runner runs them, on updates of
//! more than three hundred files. `cargo xtask` is the command itself, `gh` a script that keeps comments.

#![cfg(unix)]

use crate::cases::client;
use crate::spec_folder::Folder;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

/// GitHub refuses longer comments.
const COMMENT: usize = 65_536;

#[derive(Deserialize)]
struct Workflow {
    on: String,
    jobs: BTreeMap<String, Job>,
}

#[derive(Deserialize)]
struct Job {
    env: BTreeMap<String, String>,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    name: Option<String>,
    #[serde(rename = "if")]
    condition: Option<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
    run: Option<String>,
}

fn workflow() -> Workflow {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.github/workflows/api-diff.yml");
    spec::yaml::parse(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Who opened the pull request.
#[derive(Clone, Copy, PartialEq)]
enum From {
    Here,
    Fork,
    Dependabot,
}

/// What a step left behind, by its name.
type Results = BTreeMap<String, (bool, String)>;

const CHANGED: &str = "!cancelled() && steps.spec.outputs.changed == 'true'";
const MAY_WRITE: &str = "github.event.pull_request.head.repo.full_name == github.repository && github.actor != 'dependabot[bot]'";

/// Whether a step runs. Knows the conditions that the workflow has and no others.
fn holds(condition: Option<&str>, changed: bool, from: From) -> bool {
    let Some(condition) = condition else {
        return true;
    };
    let bare = condition
        .trim_start_matches("${{")
        .trim_end_matches("}}")
        .trim();
    if bare == CHANGED {
        changed
    } else if bare == format!("{CHANGED} && {MAY_WRITE}") {
        changed && from == From::Here
    } else {
        panic!("a condition that this test does not know: {bare}")
    }
}

/// Runs every step that has a `run`, each whatever the one before did.
fn run(folder: &Folder, base: &str, from: From) -> Results {
    let git = |arguments: &[&str]| folder.git_output(arguments).trim().to_owned();
    let (base, head) = (git(&["rev-parse", base]), git(&["rev-parse", "HEAD"]));
    let mut environment: BTreeMap<String, String> = BTreeMap::new();
    let expressions = [
        ("${{ github.event.pull_request.base.sha }}", base.as_str()),
        ("${{ github.event.pull_request.head.sha }}", &head),
        ("${{ github.server_url }}", "https://github.com"),
        ("${{ github.repository }}", "somebody/things"),
        ("${{ github.event.pull_request.number }}", "7"),
        ("${{ github.token }}", "secret"),
    ];
    let job = workflow().jobs.remove("diff").unwrap();
    let filled = |text: &str| {
        let mut text = text.to_owned();
        for (expression, value) in expressions {
            text = text.replace(expression, value);
        }
        assert!(
            !text.contains("${{"),
            "an expression that this test does not know: {text}"
        );
        text
    };
    for (name, value) in &job.env {
        environment.insert(name.clone(), filled(value));
    }
    let files = ["env", "output", "summary"]
        .map(|name| folder.write(&format!("../{}", name_of(folder, name)), ""));
    for (name, file) in ["GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"]
        .iter()
        .zip(&files)
    {
        environment.insert((*name).to_owned(), file.display().to_string());
    }
    let mut results = Results::new();
    for step in &job.steps {
        let changed = std::fs::read_to_string(&files[1])
            .unwrap()
            .contains("changed=true");
        let Some(script) = &step.run else { continue };
        assert!(
            !script.contains("${{"),
            "values go through the environment: {script}"
        );
        if !holds(step.condition.as_deref(), changed, from) {
            continue;
        }
        let set = std::fs::read_to_string(&files[0]).unwrap();
        environment.extend(set.lines().filter_map(|line| {
            let (name, value) = line.split_once('=')?;
            Some((name.to_owned(), value.to_owned()))
        }));
        let mut command = Command::new("bash");
        command
            .args(["-e", "-c", script])
            .current_dir(folder.path());
        command.env(
            "PATH",
            format!(
                "{}:{}",
                folder.path().join(".tools").display(),
                std::env::var("PATH").unwrap()
            ),
        );
        command.env("CARGO_MANIFEST_DIR", folder.path().join("xtask"));
        command.envs(&environment);
        command.envs(step.env.iter().map(|(name, value)| (name, filled(value))));
        let output = command.output().unwrap();
        let shown = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        results.insert(step.name.clone().unwrap(), (output.status.success(), shown));
    }
    let summary = std::fs::read_to_string(&files[2]).unwrap();
    results.insert("summary".to_owned(), (true, summary));
    for file in files {
        std::fs::remove_file(file).unwrap();
    }
    results
}

/// Beside the folder, so that it is no untracked file of the repository.
fn name_of(folder: &Folder, name: &str) -> String {
    format!(
        "{}.{name}",
        folder.path().file_name().unwrap().to_string_lossy()
    )
}

fn page(index: usize, permission: &str, parameter: &str) -> String {
    let mut text = format!(
        "---\ntitle: Thing{index}Api\n---\n# platformClient.Thing{index}Api\n\n\
         All URIs are relative to *https://api.example.com*\n\n\
         | Method | HTTP request | Description |\n| --- | --- | --- |\n"
    );
    for operation in 0..3 {
        let id = format!("getThing{index}Part{operation}");
        writeln!(text, "[**{id}**](Thing{index}Api.html#{id}) | **GET** /things{index}/parts{operation} | Lists").unwrap();
    }
    text.push_str("{: class=\"table table-striped\"}\n");
    for operation in 0..3 {
        let id = format!("getThing{index}Part{operation}");
        write!(
            text,
            "\n<a name=\"{id}\"></a>\n\n# [String] {id}(opts)\n\nGET /things{index}/parts{operation}\n\nLists\n\n\
             Requires ANY permissions:\n\n* {permission}\n\n### Example\n\n### Parameters\n\n\n\
             | Name | Type | Description | Notes |\n| ------------- | ------------- | ------------- | ------------- |\n \
             **{parameter}** | **String** | What to leave out | [optional]  |\n{{: class=\"table table-striped\"}}\n\n\
             ### Return type\n\n**[String]**\n"
        )
        .unwrap();
    }
    text
}

/// A repository with a whole SDK of 160 pages, so 320 files of docs and IR, on main.
fn repository() -> Folder {
    let folder = Folder::new();
    folder.init();
    folder.write("spec/client.yaml", &client("1.0.0"));
    write_docs(&folder, "a:b:view", "left");
    tool(
        &folder,
        "cargo",
        &format!("shift\nexec {} \"$@\"\n", env!("CARGO_BIN_EXE_xtask")),
    );
    tool(
        &folder,
        "gh",
        "echo \"$@\" >> .tools/asked\n\
         case \"$*\" in\n\
         *--paginate*) [ -e .tools/comment ] && echo 41 || true ;;\n\
         *PATCH*|*POST*) cp comment.md .tools/comment ;;\n\
         esac\n",
    );
    folder.write(
        ".gitignore",
        ".tools\ncomment.md\napi-diff.html\ngenerated\n",
    );
    regen(&folder);
    folder.commit("Before");
    folder.git(&["checkout", "--quiet", "-b", "update"]);
    folder
}

fn tool(folder: &Folder, name: &str, script: &str) {
    let path = folder.write(&format!(".tools/{name}"), &format!("#!/bin/sh\n{script}"));
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

fn write_docs(folder: &Folder, permission: &str, parameter: &str) {
    for index in 0..160 {
        folder.write(
            &format!("spec/docs/Thing{index}Api.md"),
            &page(index, permission, parameter),
        );
    }
}

fn regen(folder: &Folder) {
    let ran = folder.xtask(&["regen"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

const CHECK: &str = "Check that the IR is what the docs say";
const GATE: &str = "Fail on what breaks callers";

#[test]
fn an_update_of_a_whole_sdk_goes_through_every_step() {
    assert_eq!(workflow().on, "pull_request", "no filter by paths");
    let folder = repository();
    write_docs(&folder, "a:c:view", "right");
    regen(&folder);
    folder.commit("Update");
    let files = folder.git_output(&["diff", "--name-only", "main", "HEAD"]);
    assert!(files.lines().count() >= 300, "{}", files.lines().count());
    let results = run(&folder, "main", From::Here);
    for (step, passes) in [
        (CHECK, true),
        ("Write the reports", true),
        ("Comment", true),
        ("Annotate", true),
        (GATE, false),
    ] {
        let (passed, shown) = &results[step];
        assert_eq!(*passed, passes, "{step}: {shown}");
    }
    let comment = std::fs::read_to_string(folder.path().join(".tools/comment")).unwrap();
    assert!(comment.len() <= COMMENT, "{} bytes", comment.len());
    assert!(
        comment.len() > COMMENT * 9 / 10,
        "the room is used: {} bytes",
        comment.len()
    );
    let head = folder.git_output(&["rev-parse", "HEAD"]);
    assert!(
        comment.contains(&format!("somebody/things/blob/{}/spec/", head.trim())),
        "{comment}"
    );
    assert!(!comment.contains("/HEAD/"), "links name a commit");
    assert_eq!(results["summary"].1, comment);
    let annotations = &results["Annotate"].1;
    assert!(
        annotations
            .lines()
            .filter(|line| line.starts_with("::error file=spec/docs/Thing"))
            .count()
            > 300
    );
    let asked = || std::fs::read_to_string(folder.path().join(".tools/asked")).unwrap();
    assert!(
        asked().contains("--method POST repos/somebody/things/issues/7/comments"),
        "{}",
        asked()
    );
    // Again: it is its own comment that is written anew.
    let results = run(&folder, "main", From::Here);
    assert!(results["Comment"].0, "{}", results["Comment"].1);
    assert!(
        asked().contains("--method PATCH repos/somebody/things/issues/comments/41"),
        "{}",
        asked()
    );
    // Approved, the gate opens.
    let draft = folder.xtask(&[
        "diff",
        "main",
        "--draft-accepted",
        "--because",
        "the vendor says so",
    ]);
    folder.write("spec/accepted.yaml", &draft.out);
    folder.commit("Approve");
    let results = run(&folder, "main", From::Here);
    assert!(results[GATE].0, "{}", results[GATE].1);
}

#[test]
fn a_stale_ir_fails_and_stops_nothing_else() {
    let folder = repository();
    write_docs(&folder, "a:c:view", "left");
    folder.commit("Docs without their IR");
    let results = run(&folder, "main", From::Here);
    let (passed, shown) = &results[CHECK];
    assert!(!passed && shown.contains("spec/ir"), "{shown}");
    assert!(results["Comment"].0, "{}", results["Comment"].1);
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
    for from in [From::Fork, From::Dependabot] {
        let results = run(&folder, "main", from);
        assert!(!results.contains_key("Comment"));
        assert!(
            results["summary"].1.contains("## API diff"),
            "{}",
            results["summary"].1
        );
    }
    assert!(!folder.path().join(".tools/asked").exists());
}

#[test]
fn without_a_change_of_the_spec_nothing_runs() {
    let folder = repository();
    folder.write("README.md", "Words\n");
    folder.commit("Words");
    let results = run(&folder, "main", From::Here);
    let steps: Vec<&String> = results.keys().collect();
    assert_eq!(steps, ["Look for changes of the spec", "summary"]);
    assert_eq!(results["summary"].1, "");
}
