//! What is found between two versions, and what does not depend on chance.

use crate::cases::{self, together};
use api_diff::{Change, Id, compare};
use spec::Api;
use std::collections::BTreeSet;
use std::fmt::Write as _;

fn show(change: &Change, out: &mut String) {
    let access = change
        .access
        .map(|access| format!(", {}", access.as_str()))
        .unwrap_or_default();
    writeln!(
        out,
        "  {} (wire {}, rust {}{access})",
        change.id, change.wire, change.rust
    )
    .unwrap();
    let subject = &change.subject;
    let line = subject
        .method
        .zip(subject.path.as_ref())
        .map(|(method, path)| format!("{method} {path}"));
    let parts = [
        &subject.api,
        &subject.operation,
        &line,
        &subject.parameter,
        &subject.model,
        &subject.field,
        &subject.topic,
    ];
    let parts: Vec<_> = parts.into_iter().flatten().map(String::as_str).collect();
    writeln!(out, "    at {}", parts.join(", ")).unwrap();
    writeln!(out, "    {:?} -> {:?}", change.old, change.new).unwrap();
    writeln!(out, "    {}", change.text).unwrap();
}

#[test]
fn every_case_is_what_it_is_called() {
    let mut shown = String::new();
    for (name, case) in cases::all() {
        let changes = compare(&case.before(&name), &case.after(&name), &case.renamed);
        assert!(!changes.is_empty(), "{name}: nothing found");
        writeln!(shown, "{name}").unwrap();
        for change in &changes {
            show(change, &mut shown);
        }
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn every_id_has_a_case() {
    let found: BTreeSet<Id> = cases::all()
        .iter()
        .flat_map(|(name, case)| compare(&case.before(name), &case.after(name), &case.renamed))
        .map(|change| change.id)
        .collect();
    let missing: Vec<_> = Id::ALL
        .iter()
        .filter(|id| !found.contains(id))
        .map(|id| id.name())
        .collect();
    assert!(missing.is_empty(), "no case provokes {missing:?}");
    let names: BTreeSet<_> = Id::ALL.iter().map(|id| id.name()).collect();
    assert_eq!(names.len(), Id::ALL.len(), "two ids have the same name");
}

#[test]
fn the_same_twice_is_no_change() {
    for (name, case) in cases::all() {
        assert_eq!(
            compare(&case.after(&name), &case.after(&name), &case.renamed),
            [],
            "{name}"
        );
    }
}

fn fingerprints(old: &Api, new: &Api) -> Vec<String> {
    compare(old, new, &[])
        .iter()
        .map(Change::fingerprint)
        .collect()
}

#[test]
fn fingerprints_are_unique_and_do_not_depend_on_order_or_prose() {
    let old = together(|name, case| case.before(name));
    let new = together(|name, case| case.after(name));
    let expected: BTreeSet<_> = fingerprints(&old, &new).into_iter().collect();
    assert_eq!(expected.len(), compare(&old, &new, &[]).len());
    let (mut shuffled_old, mut shuffled_new) = (old, new);
    for api in [&mut shuffled_old, &mut shuffled_new] {
        api.pages.reverse();
        api.models.models.reverse();
        api.topics.reverse();
        let parameters = api
            .pages
            .iter_mut()
            .flat_map(|page| &mut page.operations)
            .flat_map(|o| &mut o.parameters);
        parameters.for_each(|parameter| parameter.description.push_str(" (reworded)"));
    }
    let shuffled: BTreeSet<_> = fingerprints(&shuffled_old, &shuffled_new)
        .into_iter()
        .collect();
    // What is about the wording itself has another old and new.
    let reworded: Vec<_> = expected.difference(&shuffled).collect();
    assert_eq!(reworded.len(), 1, "{reworded:?}");
}
