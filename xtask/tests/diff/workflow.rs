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
pub const COMMENT: usize = 65_536;

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
pub enum OpenedBy {
    Here,
    Fork,
    Dependabot,
}

/// What a step left behind, by its name.
pub type Results = BTreeMap<String, (bool, String)>;

const CHANGED: &str = "!cancelled() && steps.spec.outputs.changed == 'true'";
const MAY_WRITE: &str = "github.event.pull_request.head.repo.full_name == github.repository && github.actor != 'dependabot[bot]'";

/// Whether a step runs. Knows the conditions that the workflow has and no others.
fn holds(condition: Option<&str>, changed: bool, from: OpenedBy) -> bool {
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
        changed && from == OpenedBy::Here
    } else {
        panic!("a condition that this test does not know: {bare}")
    }
}

/// Runs every step that has a `run`, each whatever the one before did.
pub fn run(folder: &Folder, base: &str, from: OpenedBy) -> Results {
    run_steps(folder, base, from, |_| true)
}

/// The same with some of the steps; the first one always.
pub fn run_steps(
    folder: &Folder,
    base: &str,
    from: OpenedBy,
    is_wanted: impl Fn(&str) -> bool,
) -> Results {
    let values = values(folder, base);
    let job = workflow().jobs.remove("diff").unwrap();
    let mut environment: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in &job.env {
        environment.insert(name.clone(), filled(value, &values));
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
        let name = step.name.as_deref().unwrap();
        let is_first = step.condition.is_none();
        if !holds(step.condition.as_deref(), changed, from) || !(is_first || is_wanted(name)) {
            continue;
        }
        let set = std::fs::read_to_string(&files[0]).unwrap();
        environment.extend(set.lines().filter_map(|line| {
            let (name, value) = line.split_once('=')?;
            Some((name.to_owned(), value.to_owned()))
        }));
        let own = step.env.iter();
        let own = own.map(|(name, value)| (name.clone(), filled(value, &values)));
        let environment = environment.clone().into_iter().chain(own);
        results.insert(name.to_owned(), bash(folder, script, environment));
    }
    let summary = std::fs::read_to_string(&files[2]).unwrap();
    results.insert("summary".to_owned(), (true, summary));
    for file in files {
        std::fs::remove_file(file).unwrap();
    }
    results
}

/// GitHub's expressions, and their values for a pull request of these revisions.
fn values(folder: &Folder, base: &str) -> [(&'static str, String); 6] {
    let git = |revision: &str| {
        let commit = folder.git_output(&["rev-parse", revision]);
        commit.trim().to_owned()
    };
    [
        ("${{ github.event.pull_request.base.sha }}", git(base)),
        ("${{ github.event.pull_request.head.sha }}", git("HEAD")),
        ("${{ github.server_url }}", "https://github.com".to_owned()),
        ("${{ github.repository }}", "somebody/things".to_owned()),
        ("${{ github.event.pull_request.number }}", "7".to_owned()),
        ("${{ github.token }}", "secret".to_owned()),
    ]
}

/// The text with the values of its expressions.
fn filled(text: &str, values: &[(&str, String)]) -> String {
    let mut text = text.to_owned();
    for (expression, value) in values {
        text = text.replace(expression, value);
    }
    assert!(
        !text.contains("${{"),
        "an expression that this test does not know: {text}"
    );
    text
}

/// Runs a script; whether it succeeded, and what it printed.
fn bash(
    folder: &Folder,
    script: &str,
    environment: impl Iterator<Item = (String, String)>,
) -> (bool, String) {
    let tools = folder.path().join(".tools");
    let path = std::env::var("PATH").unwrap();
    let output = Command::new("bash")
        .args(["-e", "-c", script])
        .current_dir(folder.path())
        .env("PATH", format!("{}:{path}", tools.display()))
        .env("CARGO_MANIFEST_DIR", folder.path().join("xtask"))
        .envs(environment)
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), shown)
}

/// Beside the folder, so that it is no untracked file of the repository.
fn name_of(folder: &Folder, name: &str) -> String {
    format!(
        "{}.{name}",
        folder.path().file_name().unwrap().to_string_lossy()
    )
}

pub fn page(index: usize, permission: &str, parameter: &str) -> String {
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
pub fn repository() -> Folder {
    let folder = bare_repository();
    write_docs(&folder, "a:b:view", "left");
    commit_first(&folder);
    folder
}

/// A repository in which the workflow can run. `gh` answers as GitHub does: it filters the comments that
/// there are by the workflow's own expression, and refuses where `.tools/refuse` stands.
pub fn bare_repository() -> Folder {
    let folder = Folder::new();
    folder.init();
    folder.write("spec/client.yaml", &client("1.0.0"));
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
         *--paginate*)\n\
         while [ \"$1\" != --jq ]; do shift; done\n\
         jq -r \"$2\" .tools/comments.json ;;\n\
         *PATCH*|*POST*)\n\
         [ -e .tools/refuse ] && { echo 'HTTP 422: Body is too long' >&2; exit 1; }\n\
         cp comment.md .tools/comment ;;\n\
         esac\n",
    );
    folder.write(".tools/comments.json", "[]");
    folder.write(
        ".gitignore",
        ".tools\ncomment.md\napi-diff.html\ngenerated\n",
    );
    folder
}

/// What stands in the folder becomes main, and what follows a branch of it.
pub fn commit_first(folder: &Folder) {
    regen(folder);
    folder.commit("Before");
    folder.git(&["checkout", "--quiet", "-b", "update"]);
}

/// Whether `gh` can work; without `jq` the test is skipped.
pub fn has_jq() -> bool {
    let found = Command::new("jq").arg("--version").output();
    let found = found.is_ok_and(|output| output.status.success());
    if !found {
        eprintln!("skipped: there is no jq");
    }
    found
}

fn tool(folder: &Folder, name: &str, script: &str) {
    let path = folder.write(&format!(".tools/{name}"), &format!("#!/bin/sh\n{script}"));
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

pub fn write_docs(folder: &Folder, permission: &str, parameter: &str) {
    for index in 0..160 {
        folder.write(
            &format!("spec/docs/Thing{index}Api.md"),
            &page(index, permission, parameter),
        );
    }
}

pub fn regen(folder: &Folder) {
    let ran = folder.xtask(&["regen"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

pub const CHECK: &str = "Check that the IR is what the docs say";
pub const GATE: &str = "Fail on what breaks callers";

#[test]
fn without_a_change_of_the_spec_nothing_runs() {
    assert_eq!(workflow().on, "pull_request", "no filter by paths");
    let folder = repository();
    folder.write("README.md", "Words\n");
    folder.commit("Words");
    let results = run(&folder, "main", OpenedBy::Here);
    let steps: Vec<&String> = results.keys().collect();
    assert_eq!(steps, ["Look for changes of the spec", "summary"]);
    assert_eq!(results["summary"].1, "");
}
