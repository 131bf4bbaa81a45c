//! Noise is one line, and what breaks is never hidden in it.

use crate::cases::api;
use crate::shown::{PLAIN, in_html, in_markdown, in_text, report};
use api_diff::render::text as in_detail;
use std::fmt::Write as _;

fn many(count: usize, facts: &str) -> String {
    (0..count).fold(String::new(), |mut text, index| {
        writeln!(text, "- {{ id: getThing{index}, method: GET, path: /things/{index}, {facts}, returns: string }}").unwrap();
        text
    })
}

fn text(count: usize, before: &str, after: &str) -> String {
    in_text(&report(
        &api("ThingsApi", &many(count, before)),
        &api("ThingsApi", &many(count, after)),
    ))
}

const PLAIN_FACTS: &str = "parameters: [{ name: size, in: query, type: number }]";

#[test]
fn the_same_change_of_ten_operations_is_one_line() {
    let after = "parameters: [{ name: size, in: query, type: number }, { name: expand, in: query, type: [string] }]";
    let shown = text(10, PLAIN_FACTS, after);
    assert!(shown.contains("compatible       new-optional-request-parameter  parameter expand  + optional [string] in query  10 operations"), "{shown}");
    assert!(!shown.contains("GET /things/5"), "{shown}");
    assert!(shown.contains("10 changes"), "they are counted: {shown}");
    let both = [PLAIN_FACTS, after].map(|facts| api("ThingsApi", &many(10, facts)));
    let shown_on_the_page = in_html(&report(&both[0], &both[1]));
    assert!(shown_on_the_page.contains("<h3>The same change in many places</h3>"));
    assert!(shown_on_the_page.contains("<p>In getThing0, getThing1, "));
    let shown = text(9, PLAIN_FACTS, after);
    assert!(
        shown.contains("GET /things/5"),
        "nine are read one by one: {shown}"
    );
}

#[test]
fn what_is_repeated_and_breaks_is_shown_as_breaking_and_first() {
    let after = "parameters: [{ name: size, in: query, type: number, required: true }]";
    let shown = text(150, PLAIN_FACTS, after);
    let head = shown
        .lines()
        .position(|line| line.contains("BREAKS wire+Rust"))
        .expect("it is shown");
    assert!(head < 7 && shown.contains("150 operations"), "{shown}");
}

#[test]
fn repeats_with_different_impacts_are_not_one_change() {
    // The first optional parameter breaks code, a further one does not.
    let before =
        many(150, PLAIN_FACTS) + "- { id: getLast, method: GET, path: /last, returns: string }\n";
    let facts = "parameters: [{ name: size, in: query, type: number }, { name: expand, in: query, type: string }]";
    let after = many(150, facts)
        + "- { id: getLast, method: GET, path: /last, parameters: [{ name: expand, in: query, type: string }], returns: string }\n";
    let shown = in_text(&report(
        &api("ThingsApi", &before),
        &api("ThingsApi", &after),
    ));
    assert!(
        shown.contains("150 operations") && shown.contains("getLast"),
        "{shown}"
    );
    assert!(shown.contains("BREAKS Rust"), "{shown}");
}

#[test]
fn permissions_are_never_repeats() {
    let permission =
        |name: &str| format!("permissions: {{ require: any, of: [\"a:b:view\", \"{name}\"] }}");
    let shown = text(150, &permission("a:c:view"), &permission("a:d:view"));
    assert_eq!(shown.matches("NARROWS callers").count(), 1, "{shown}");
    assert_eq!(
        shown.matches("things().get_thing").count(),
        150,
        "each operation has its line"
    );
    assert!(shown.contains("150 changes"), "{shown}");
    let grant = "Grant `a:d:view` to the roles that call it by `a:c:view`.";
    assert!(shown.contains(grant), "{shown}");
}

#[test]
fn prose_and_order_are_counted_until_asked_for() {
    let values = |values: &str, summary: &str| {
        format!(
            "summary: {summary}, parameters: [{{ name: sort, in: query, type: string, values: [{values}] }}]"
        )
    };
    let (before, after) = (values("a, b", "One"), values("b, a", "Two"));
    let shown = text(3, &before, &after);
    assert!(
        shown.contains("Not shown: 3 changes of prose only, 3 of order only (--all shows them)."),
        "{shown}"
    );
    assert!(!shown.contains("getThing1"), "{shown}");
    let all = in_detail::TextOptions { all: true, ..PLAIN };
    let both = report(
        &api("ThingsApi", &many(3, &before)),
        &api("ThingsApi", &many(3, &after)),
    );
    let shown = in_detail::render(&both, all);
    assert!(
        shown.contains("operation-summary-changed  One → Two"),
        "{shown}"
    );
    assert!(shown.contains("enum-value-order-changed"), "{shown}");
}

#[test]
fn places_beyond_a_hundred_are_counted() {
    let after = "parameters: [{ name: size, in: query, type: number, required: true }]";
    let shown = text(150, PLAIN_FACTS, after);
    assert!(shown.contains(" and 50 more."), "{shown}");
    let shown = text(100, PLAIN_FACTS, after);
    assert!(!shown.contains(" more."), "{shown}");
}

#[test]
fn permissions_in_another_order_are_counted() {
    let permissions = |of: &str| format!("permissions: {{ require: all, of: [{of}] }}");
    let (before, after) = ("\"a:b:view\", \"a:c:view\"", "\"a:c:view\", \"a:b:view\"");
    let shown = text(1, &permissions(before), &permissions(after));
    let counted = "Not shown: 0 changes of prose only, 1 of order only";
    assert!(shown.contains(counted), "{shown}");
}

#[test]
fn prose_and_additions_are_no_repeats() {
    let shown = text(12, "summary: One", "summary: Two");
    assert!(!shown.contains("in many places"), "{shown}");
    assert!(
        shown.contains("Not shown: 12 changes of prose only"),
        "{shown}"
    );
    let summary = |text: &str| api("ThingsApi", &many(12, &format!("summary: {text}")));
    let shown = in_markdown(&report(&summary("One"), &summary("Two")), None);
    let counted = "Not shown: 12 changes of prose only, 0 of order only.";
    assert!(shown.contains(counted), "{shown}");
    let before = api("ThingsApi", "[]");
    let mut after = before.clone();
    let models = (0..12).map(|index| format!("- {{ name: Model{index}, fields: [] }}\n"));
    after.models.models = spec::yaml::parse(&models.collect::<String>()).unwrap();
    let shown = in_text(&report(&before, &after));
    assert!(!shown.contains("in many places"), "{shown}");
    assert_eq!(shown.matches("model-added").count(), 12, "{shown}");
    let shown = in_markdown(&report(&before, &after), None);
    assert!(!shown.contains("Not shown"), "{shown}");
}

#[test]
fn the_same_change_of_fifty_models_is_one_line_with_their_names() {
    let [old, new] = [false, true].map(|required| {
        let mut version = api("ThingsApi", "[]");
        let models = (0..50).fold(String::new(), |mut text, index| {
            writeln!(text, "- {{ name: Model{index}, fields: [{{ name: id, type: string, required: {required} }}] }}").unwrap();
            text
        });
        version.models.models = spec::yaml::parse(&models).unwrap();
        version
    });
    let shown = in_text(&report(&old, &new));
    assert_eq!(
        shown.matches("model-field-became-required").count(),
        1,
        "{shown}"
    );
    assert!(
        shown.contains("field id  optional → required  50 models"),
        "{shown}"
    );
    assert!(shown.contains("Model7"), "{shown}");
}

#[test]
fn permissions_of_one_operation_that_change_alike_are_one_line() {
    let permissions = |of: &str| format!("permissions: {{ require: any, of: [{of}] }}");
    let shown = text(
        1,
        &permissions("\"a:b:view\""),
        &permissions("\"a:b:view\", \"a:c:view\", \"a:d:view\""),
    );
    assert_eq!(shown.matches("permission-added").count(), 1, "{shown}");
    assert!(shown.contains("+ a:c:view, a:d:view"), "{shown}");
}

#[test]
fn what_breaks_comes_before_what_is_only_repeated() {
    let last = "- { id: getLast, method: GET, path: /last, returns: string }\n";
    let after = "deprecated: true, parameters: [{ name: size, in: query, type: number }]";
    let both = report(
        &api("ThingsApi", &(many(20, PLAIN_FACTS) + last)),
        &api("ThingsApi", &many(20, after)),
    );
    for shown in [in_text(&both), in_markdown(&both, None)] {
        let (breaks, repeated) = ("api-removed-without-deprecation", "endpoint-deprecated");
        assert_eq!(shown.matches(repeated).count(), 1, "{shown}");
        assert!(shown.find(breaks) < shown.find(repeated), "{shown}");
    }
}
