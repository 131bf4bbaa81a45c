//! A typed SDK's page of the seed page's operations takes the place of what the overlay says of bodies.

mod common;

use common::{Place, seed_spec};
use std::fs;

const PAGE: &str = "OrganizationAuthorizationApi.md";
/// Entries of the overlay that say no more than the type of a body.
const BODY: &str =
    "because: the page calls the body an Object; the vendor's other SDKs name its type";

fn with_typed_page() -> Place {
    let place = Place::seed();
    let page = fs::read_to_string(seed_spec().join("typed").join(PAGE)).expect("it is checked in");
    place.put(&format!("spec/docs/typed/{PAGE}"), page);
    place
}

/// The overlay without the types of bodies, and so without the entries that have nothing else.
fn without_bodies(overlay: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for line in overlay.lines() {
        if line.trim_start().starts_with("body: { type: ") {
            kept.pop(); // `parameters:`
            if kept.last().is_some_and(|reason| reason.trim() == BODY) {
                kept.pop();
                kept.pop(); // the operation
            }
        } else {
            kept.push(line);
        }
    }
    kept.join("\n") + "\n"
}

#[test]
fn entries_for_bodies_change_nothing_beside_a_typed_page() {
    let place = with_typed_page();
    let ended = place.regen(&[]);
    assert_eq!(ended.code, 1, "{}", ended.err);
    let entries = place.text("spec/overlay.yaml");
    let entries = entries.matches("body: { type: ").count();
    assert_eq!(entries, 9);
    let errors = ended.err.matches("error[").count();
    let unchanged = ended.err.matches("error[overlay-changes-nothing]").count();
    assert_eq!((errors, unchanged), (entries, entries), "{}", ended.err);
    assert!(place.files("out").is_empty());
}

#[test]
fn without_these_entries_the_client_is_the_same() {
    let overlaid = Place::seed();
    assert_eq!(overlaid.regen(&[]).code, 0);
    let typed = with_typed_page();
    let overlay = without_bodies(&typed.text("spec/overlay.yaml"));
    assert!(
        !overlay.contains("TrustCreate") && overlay.contains("safe: true"),
        "{overlay}"
    );
    typed.put("spec/overlay.yaml", overlay);
    let ended = typed.regen(&[]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(!ended.err.contains("tellings-differ"), "{}", ended.err);
    for folder in ["spec/ir", "out"] {
        for ((name, was), (other, is)) in overlaid.files(folder).iter().zip(typed.files(folder)) {
            let text = String::from_utf8_lossy;
            assert_eq!((name, text(was)), (&other, text(&is)));
        }
        assert_eq!(overlaid.files(folder).len(), typed.files(folder).len());
    }
    assert!(
        typed
            .text("spec/ir/OrganizationAuthorizationApi.yaml")
            .contains("TrustCreate")
    );
}
