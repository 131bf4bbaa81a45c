//! Runs that are killed at random moments: the next command leaves nothing over, and what stands there
//! is wholly of before or wholly of after.
//!
//! `XTASK_KILLS=200 cargo test -p xtask --test kills -- --nocapture` for another number than the default.

mod common;

use common::repository::{Repository, source};
use common::{Place, widget_page};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const PAGES: usize = 60;

fn kills(default: usize) -> usize {
    std::env::var("XTASK_KILLS").map_or(default, |kills| kills.parse().expect("a number"))
}

/// Numbers that look random (Knuth's linear congruential generator); the seed is shown.
struct Random(u64);

impl Random {
    fn new() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let seed = since.map_or(0, |since| since.as_secs());
        println!("seed {seed}");
        Self(seed)
    }

    fn below(&mut self, limit: u128) -> u128 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        u128::from(self.0 >> 20) % limit.max(1)
    }
}

type Files = Vec<(String, Vec<u8>)>;

/// How kills ended.
#[derive(Debug, Default)]
struct Table {
    old: usize,
    new: usize,
    finished_by_the_next_command: usize,
}

/// Starts the command, kills it at a random moment, runs the next command, and looks.
fn kill(
    place: &Place,
    args: &[&str],
    next: &[&str],
    longest: Duration,
    random: &mut Random,
) -> bool {
    let mut command = place.command(args);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the command can be run");
    let mut wait = longest;
    if random.below(2) == 0 {
        // Writing takes a hundredth of the time: half of the kills come then.
        let journal = place.path("spec/.xtask/journal.json");
        while !journal.exists() && child.try_wait().expect("it was started").is_none() {
            std::thread::sleep(Duration::from_micros(50));
        }
        wait = Duration::from_millis(25);
    }
    let wait = random.below(wait.as_micros());
    std::thread::sleep(Duration::from_micros(
        u64::try_from(wait).expect("it is short"),
    ));
    // It may have ended.
    let _ = child.kill();
    child.wait().expect("it was started");
    let ended = place.run(next);
    assert!(ended.code != 2, "{next:?}: {ended:?}");
    nothing_is_left(place);
    ended.err.contains("finished now")
}

fn nothing_is_left(place: &Place) {
    for (name, _) in place.files("") {
        let is_left =
            name.contains(".xtask/") || name.contains(".regen-") || name.starts_with("tmp/");
        assert!(!is_left, "{name}");
    }
    for folder in ["spec", "out"] {
        assert!(!place.path(folder).join(".xtask").exists(), "{folder}");
    }
}

fn put_pages(place: &Place, summary: &str) {
    for number in 0..PAGES {
        let name = format!("Widget{number}Api");
        place.put(&format!("spec/docs/{name}.md"), widget_page(&name, summary));
    }
}

#[test]
fn a_killed_regen_leaves_old_or_new_and_nothing_else() {
    let place = Place::empty();
    let written =
        |place: &Place| -> Files { [place.files("spec/ir"), place.files("out")].concat() };
    let mut states: Vec<Files> = Vec::new();
    let mut longest = Duration::ZERO;
    for summary in ["Get a widget", "Get another widget"] {
        put_pages(&place, summary);
        let started = Instant::now();
        let ended = place.regen(&[]);
        assert_eq!(ended.code, 0, "{ended:?}");
        longest = started.elapsed();
        states.push(written(&place));
    }
    let mut now = 1;
    let mut random = Random::new();
    let mut table = Table::default();
    for number in 0..kills(12) {
        put_pages(&place, ["Get a widget", "Get another widget"][1 - now]);
        let next: &[&str] = match number % 3 {
            0 => &["lint", "--spec", "spec"],
            1 => &["regen", "--spec", "spec", "--out", "out", "--check"],
            _ => &["diff", "spec", "spec", "--spec", "spec"],
        };
        let regen = ["regen", "--spec", "spec", "--out", "out"];
        let finished = kill(&place, &regen, next, longest, &mut random);
        let found = written(&place);
        let state = states.iter().position(|state| *state == found);
        let state = state.unwrap_or_else(|| panic!("kill {number} left a mixture after {next:?}"));
        table.finished_by_the_next_command += usize::from(finished);
        *(if state == now {
            &mut table.old
        } else {
            &mut table.new
        }) += 1;
        now = state;
    }
    println!("regen: {table:?}");
}

#[test]
fn a_killed_pull_leaves_old_or_new_and_nothing_else() {
    let place = Place::empty();
    let repository = Repository::new(&place, "repository");
    let versions = ["9.0.0", "10.0.0"];
    for (version, summary) in versions.iter().zip(["Get a widget", "Get another widget"]) {
        for number in 0..PAGES {
            let name = format!("Widget{number}Api");
            repository.put(
                &format!("build/docs/{name}.md"),
                widget_page(&name, summary),
            );
        }
        // A page of this version alone.
        let alone = format!("Alone{}Api", version.len());
        repository.put(
            &format!("build/docs/{alone}.md"),
            widget_page(&alone, summary),
        );
        repository.commit(version);
        repository.remove(&format!("build/docs/{alone}.md"));
    }
    source(
        &place,
        &[&format!("{}, kind: operations", repository.source())],
    );
    std::fs::create_dir(place.path("tmp")).expect("a temporary folder");
    let mut states: Vec<Files> = Vec::new();
    let mut longest = Duration::ZERO;
    for version in versions {
        let started = Instant::now();
        let ended = place.run(&["pull", "--spec", "spec", "--version", version]);
        assert_eq!(ended.code, 0, "{ended:?}");
        longest = started.elapsed();
        states.push(place.files("spec"));
    }
    let mut now = 1;
    let mut random = Random::new();
    let mut table = Table::default();
    for number in 0..kills(6) {
        let pull = ["pull", "--spec", "spec", "--version", versions[1 - now]];
        let finished = kill(
            &place,
            &pull,
            &["lint", "--spec", "spec"],
            longest,
            &mut random,
        );
        let found = place.files("spec");
        let state = states.iter().position(|state| *state == found);
        let state = state.unwrap_or_else(|| panic!("kill {number} left a mixture"));
        table.finished_by_the_next_command += usize::from(finished);
        *(if state == now {
            &mut table.old
        } else {
            &mut table.new
        }) += 1;
        now = state;
    }
    println!("pull: {table:?}");
    assert!(Path::new(&place.path("tmp")).exists());
}

#[test]
fn a_run_that_was_stopped_between_two_renames_is_finished_by_any_command() {
    for next in [
        &["lint", "--spec", "spec"][..],
        &["regen", "--spec", "spec", "--check"],
        &["diff", "spec", "spec", "--spec", "spec"],
        &["pull", "--spec", "spec"],
    ] {
        let place = Place::empty();
        put_pages(&place, "Get a widget");
        assert_eq!(place.regen(&["--ir-only"]).code, 0);
        // What a run leaves that has staged two files and renamed one of them.
        place.put(
            "spec/ir/Widget1Api.yaml",
            "# @generated by 'cargo xtask regen' new\n",
        );
        place.put(
            "spec/.xtask/staged-0/Widget2Api.yaml",
            "# @generated by 'cargo xtask regen' new\n",
        );
        place.put(
            "spec/.xtask/journal.json",
            r#"{"command":"regen","is_complete":true,"made":[],"trees":[{"root":"ir","staged":".xtask/staged-0","only_marked":true,"remove":["Widget3Api.yaml"]}]}"#,
        );
        let ended = place.run(next);
        assert!(
            ended.err.contains("note: an earlier `regen` was stopped"),
            "{next:?}: {ended:?}"
        );
        assert!(
            ended.err.contains("2 files finished now"),
            "{next:?}: {ended:?}"
        );
        assert!(place.text("spec/ir/Widget2Api.yaml").ends_with("new\n"));
        assert!(!place.path("spec/ir/Widget3Api.yaml").exists());
        nothing_is_left(&place);
    }
}

#[test]
fn a_stopped_run_does_not_overwrite_what_somebody_made_since() {
    let place = Place::empty();
    put_pages(&place, "Get a widget");
    place.put("spec/ir/Widget2Api.yaml", "mine\n");
    place.put("spec/.xtask/staged-0/Widget2Api.yaml", "new\n");
    place.put(
        "spec/.xtask/journal.json",
        r#"{"command":"regen","is_complete":true,"made":[],"trees":[{"root":"ir","staged":".xtask/staged-0","only_marked":true,"remove":[]}]}"#,
    );
    let ended = place.run(&["lint", "--spec", "spec"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(
        ended.err.contains("spec/ir/Widget2Api.yaml: a stopped `"),
        "{}",
        ended.err
    );
    assert_eq!(place.text("spec/ir/Widget2Api.yaml"), "mine\n");
    assert!(place.path("spec/.xtask/journal.json").exists());
}

#[test]
fn what_earlier_versions_left_is_removed_by_any_command() {
    let place = Place::empty();
    put_pages(&place, "Get a widget");
    for folder in [
        "spec",
        "spec/docs",
        "spec/docs/typed",
        "spec/ir",
        "generated/src",
    ] {
        place.put(&format!("{folder}/.regen-aB3xYz.tmp"), "half a fi");
    }
    place.put("spec/.regen-notes.txt", "mine");
    place.put("generated/target/.regen-aB3xYz.tmp", "cargo's");
    assert_eq!(place.run(&["lint", "--spec", "spec"]).code, 0);
    let left = place.files("").into_iter().map(|(name, _)| name);
    let left: Vec<String> = left.filter(|name| name.contains(".regen-")).collect();
    assert_eq!(
        left,
        [
            "generated/target/.regen-aB3xYz.tmp",
            "spec/.regen-notes.txt"
        ]
    );
}

#[test]
fn the_second_of_two_runs_says_who_is_at_work() {
    let place = Place::empty();
    put_pages(&place, "Get a widget");
    let hold = xtask::recover::take(&place.path("spec"), "pull").expect("nobody else holds it");
    let work = place.files("spec/.xtask");
    for command in ["regen", "pull"] {
        let ended = place.run(&[command, "--spec", "spec"]);
        assert_eq!(ended.code, 2, "{ended:?}");
        let who = format!("`pull`, process {}, for ", std::process::id());
        let is_said = ended.err.contains(&who) || ended.err.contains("no `sources`");
        assert!(is_said, "{}", ended.err);
    }
    assert_eq!(place.files("spec/.xtask"), work);
    // Reading is not refused as long as nothing is written.
    assert_eq!(place.run(&["lint", "--spec", "spec"]).code, 0);
    place.put(
        "spec/.xtask/journal.json",
        r#"{"command":"pull","is_complete":true,"made":[],"trees":[]}"#,
    );
    let ended = place.run(&["lint", "--spec", "spec"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(
        ended.err.contains("another run is working there"),
        "{}",
        ended.err
    );
    std::fs::remove_file(place.path("spec/.xtask/journal.json")).expect("it was put there");
    drop(hold);
    nothing_is_left(&place);
}
