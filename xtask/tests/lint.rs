//! `lint`: findings with their places, for people and for programs, and the count of lines.

mod common;

use common::{Place, SEED};

fn spoiled() -> Place {
    let place = Place::seed();
    let page = place.text(&format!("spec/{SEED}"));
    let page = page.replacen("| **DELETE** /api", "| **DELTE** /api", 1);
    place.put(
        &format!("spec/{SEED}"),
        page + "\n\u{1b}[31mé stray line\u{7}\n",
    );
    place
}

#[test]
fn the_real_page_is_accounted_for() {
    let ended = Place::seed().run(&["lint", "--spec", "spec"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let last = ended.out.lines().last().expect("the count comes last");
    let (accounted, rest) = last.split_once(" of ").expect("a count");
    assert_eq!(rest, format!("{accounted} lines accounted for"));
}

#[test]
fn findings_show_their_line_and_what_to_do() {
    let ended = spoiled().run(&["lint", "--spec", "spec"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    insta::assert_snapshot!(ended.out);
}

#[test]
fn findings_for_programs_are_one_object_a_line() {
    let ended = spoiled().run(&["lint", "--spec", "spec", "--format", "json"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    for line in ended.out.lines() {
        serde_json::from_str::<serde_json::Value>(line).expect("each line is JSON");
    }
    insta::assert_snapshot!(ended.out);
}

#[test]
fn long_lines_are_cut_around_the_finding() {
    let place = Place::seed();
    let page = place.text(&format!("spec/{SEED}"));
    place.put(
        &format!("spec/{SEED}"),
        format!("{page}\n{}\n", "long ".repeat(100_000)),
    );
    let ended = place.run(&["lint", "--spec", "spec"]);
    assert_eq!(ended.code, 1);
    let longest = ended.out.lines().map(|line| line.chars().count()).max();
    assert!(longest.expect("there are lines") < 300, "{}", ended.out);
}

#[test]
fn a_folder_of_pages_alone_can_be_linted() {
    let place = Place::seed();
    for file in ["client.yaml", "overlay.yaml", "models.yaml"] {
        std::fs::remove_file(place.path(&format!("spec/{file}"))).expect("it is there");
    }
    let ended = place.run(&["lint", "--spec", "spec"]);
    assert_eq!(ended.code, 0, "{ended:?}");
}

#[test]
fn bad_arguments_cannot_work() {
    let place = Place::seed();
    for args in [
        &["lint", "--format", "xml"][..],
        &["lnt"],
        &["regen", "--spec"],
        &[],
    ] {
        assert_eq!(place.run(args).code, 2, "{args:?}");
    }
    assert_eq!(place.run(&["--help"]).code, 0);
}
