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

/// What was found: the id, and both sides.
fn found(old: &Api, new: &Api, renamed: &[spec::RenamedOperation]) -> Vec<String> {
    let changes = compare(old, new, renamed);
    let line = |change: &Change| {
        let side = |side: &Option<String>| side.clone().unwrap_or_default();
        let (old, new) = (side(&change.old), side(&change.new));
        format!("{} {old} -> {new}, Rust {}", change.id, change.rust)
    };
    changes.iter().map(line).collect()
}

#[test]
fn a_parameter_that_is_called_otherwise_is_matched_with_what_is_left() {
    let parameters = |list: &str| {
        cases::api(
            "ThingsApi",
            &format!(
                "[{{ id: getIt, method: GET, path: /it, returns: string, parameters: [{list}] }}]"
            ),
        )
    };
    for (old, new, expected) in [
        (
            parameters(
                "{ name: a, in: query, wire: x, type: string }, { name: b, in: query, type: string }",
            ),
            parameters(
                "{ name: b, in: query, type: string }, { name: c, in: query, wire: x, type: string }",
            ),
            &[
                "request-parameter-order-changed c, b -> b, c, Rust none",
                "request-parameter-renamed a -> c, Rust breaking",
            ][..],
        ),
        // An argument that is one no more trades places with none.
        (
            parameters(
                "{ name: a, in: query, type: string, required: true }, { name: b, in: query, type: string, required: true }",
            ),
            parameters(
                "{ name: b, in: query, type: string }, { name: a, in: query, type: string, required: true }",
            ),
            &[
                "request-parameter-order-changed a, b -> b, a, Rust none",
                "request-parameter-became-optional required -> optional, Rust breaking",
            ],
        ),
        // A setter has a name, an argument has none.
        (
            parameters("{ name: a, in: query, wire: x, type: string, required: true }"),
            parameters("{ name: b, in: query, wire: x, type: string }"),
            &[
                "request-parameter-renamed a -> b, Rust breaking",
                "request-parameter-became-optional required -> optional, Rust breaking",
            ],
        ),
        (
            parameters(
                "{ name: d, in: query, wire: y, type: string }, { name: b, in: query, wire: x, type: string }",
            ),
            parameters("{ name: c, in: query, wire: x, type: string }"),
            &[
                "request-parameter-renamed b -> c, Rust breaking",
                "request-parameter-removed optional string in query -> , Rust breaking",
            ],
        ),
        (
            parameters("{ name: a, in: query, type: string, values: [u] }"),
            parameters("{ name: a, in: query, type: string, values: [v] }"),
            &[
                "request-parameter-enum-value-added  -> v, Rust compatible",
                "request-parameter-enum-value-removed u -> , Rust breaking",
            ],
        ),
    ] {
        assert_eq!(found(&old, &new, &[]), expected);
    }
}

#[test]
fn a_field_that_is_called_otherwise_is_matched_with_what_is_left() {
    let fields = |list: &str| {
        let mut version = Api::default();
        version.models.models =
            spec::yaml::parse(&format!("[{{ name: Thing, fields: [{list}] }}]")).unwrap();
        version
    };
    for (old, new, expected) in [
        (
            fields("{ name: a, wire: x, type: string }, { name: b, type: string }"),
            fields("{ name: b, type: string }, { name: c, wire: x, type: string }"),
            &[
                "model-field-order-changed c, b -> b, c, Rust none",
                "model-field-renamed a -> c, Rust none",
            ][..],
        ),
        (
            fields("{ name: d, wire: y, type: string }, { name: b, wire: x, type: string }"),
            fields("{ name: c, wire: x, type: string }"),
            &[
                "model-field-renamed b -> c, Rust none",
                "model-field-removed optional string -> , Rust breaking",
            ],
        ),
    ] {
        assert_eq!(found(&old, &new, &[]), expected);
    }
}

#[test]
fn an_operation_is_matched_with_what_is_left() {
    let operations = |list: &str| cases::api("ThingsApi", list);
    let walked = |facts: &str| {
        format!(
            "[{{ id: getIt, method: GET, path: /it, {facts}, paging: {{ style: number, parameter: n, next: c, items: e }}, \
             job: {{ id: id, poll: getIt, results: getIt, state: state, done: [Done], failed: [Failed] }} }}]"
        )
    };
    for (old, new, expected) in [
        // What pages and what starts a job are the same.
        (
            operations(&walked("returns: string")),
            operations(&walked("deprecated: true, returns: string")),
            &["endpoint-deprecated supported -> deprecated, Rust compatible"][..],
        ),
        (
            operations(
                "[{ id: getA, method: GET, path: /it, returns: string }, { id: getB, method: GET, path: /it, returns: string }]",
            ),
            operations("[{ id: getA, method: GET, path: /it, returns: string }]"),
            &["operation-removed-from-page ThingsApi -> , Rust breaking"],
        ),
        // The same request twice on a page.
        (
            operations(
                "[{ id: getA, method: GET, path: /it, returns: string }, { id: getB, method: GET, path: /it, returns: string }]",
            ),
            operations(
                "[{ id: getB, method: GET, path: /it, returns: string }, { id: getA, method: GET, path: /it, returns: string }]",
            ),
            &["operation-order-changed  -> , Rust none"],
        ),
    ] {
        assert_eq!(found(&old, &new, &[]), expected);
    }
}

#[test]
fn only_its_own_alias_keeps_an_old_name() {
    let version = |id: &str| {
        cases::api(
            "ThingsApi",
            &format!("[{{ id: {id}, method: GET, path: /it, returns: string }}]"),
        )
    };
    let (old, new) = (version("getOld"), version("getNew"));
    let alias = |entry: &str| -> Vec<spec::RenamedOperation> {
        let text = format!("[{{ {entry}, method: GET, path: /it, since: 0.1.0 }}]");
        spec::yaml::parse_renamed(&text).unwrap()
    };
    for (entry, rust) in [
        ("api: ThingsApi, old: getOld, new: getNew", "compatible"),
        ("api: OtherApi, old: getOld, new: getNew", "breaking"),
        ("api: ThingsApi, old: getOlder, new: getNew", "breaking"),
        ("api: ThingsApi, old: getOld, new: getOther", "breaking"),
    ] {
        let expected = format!("operation-renamed getOld -> getNew, Rust {rust}");
        assert_eq!(found(&old, &new, &alias(entry)), [expected], "{entry}");
    }
}

#[test]
fn long_lists_of_permissions_are_counted() {
    let text = |count: usize| {
        let version = |permissions: &str| {
            cases::api(
                "ThingsApi",
                &format!(
                    "[{{ id: getIt, method: GET, path: /it, permissions: {{ {permissions} }}, returns: string }}]"
                ),
            )
        };
        let names: Vec<String> = (0..count)
            .map(|index| format!("\"a:b:do{index}\""))
            .collect();
        let new = version(&format!("require: any, of: [{}]", names.join(", ")));
        compare(&version("require: none"), &new, &[])[0]
            .text
            .clone()
    };
    assert!(
        text(6).ends_with(
            "it requires any of `a:b:do0`, `a:b:do1`, `a:b:do2`, `a:b:do3`, `a:b:do4`, `a:b:do5`."
        ),
        "{}",
        text(6)
    );
    assert!(
        text(7).ends_with("it requires any of 7 permissions."),
        "{}",
        text(7)
    );
}

#[test]
fn a_model_of_another_name_and_the_same_fields_is_the_same_json() {
    let version = |name: &str, fields: &str| {
        let operations = format!(
            "[{{ id: putIt, method: PUT, path: /it, returns: [{name}], parameters: [{{ name: body, in: body, type: {{ string: {name} }} }}] }}]"
        );
        let mut version = cases::api("ThingsApi", &operations);
        version.models.models =
            spec::yaml::parse(&format!("[{{ name: {name}, {fields} }}]")).unwrap();
        version
    };
    let wire = |old: &str, new: &str| {
        let changes = compare(&version("Old", old), &version("New", new), &[]);
        let impact = |id: Id| {
            changes
                .iter()
                .find(|change| change.id == id)
                .map(|change| change.wire.as_str())
        };
        let sent = impact(Id::BodyTypeChanged).or_else(|| impact(Id::BodyTypeGeneralized));
        (
            sent.expect("the body"),
            impact(Id::ResponseTypeChanged).expect("the response"),
        )
    };
    let fields = |wire: &str, ty: &str, required: bool, values: &str| {
        format!(
            "fields: [{{ name: a, wire: {wire}, type: {ty}, required: {required}, values: [{values}] }}]"
        )
    };
    let one = fields("x", "string", true, "u, v");
    assert_eq!(wire(&one, &one), ("none", "none"));
    for other in [
        fields("y", "string", true, "u, v"),
        fields("x", "date", true, "u, v"),
        fields("x", "string", false, "u, v"),
        fields("x", "string", true, "u"),
        "opaque: true".to_owned(),
    ] {
        assert_eq!(wire(&one, &other), ("breaking", "breaking"), "{other}");
        assert_eq!(wire(&other, &one), ("breaking", "breaking"), "{other}");
    }
    assert_eq!(
        wire("opaque: true", "opaque: true"),
        ("breaking", "breaking")
    );
}

#[test]
fn what_is_of_a_page_is_said_of_each() {
    let version = |base_url: &str| {
        let mut version = cases::api("OneApi", "[]");
        version.pages.extend(cases::api("TwoApi", "[]").pages);
        let pages = version.pages.iter_mut();
        pages.for_each(|page| base_url.clone_into(&mut page.base_url));
        version
    };
    let changes = compare(&version("https://old"), &version("https://new"), &[]);
    let pages: Vec<_> = changes
        .iter()
        .filter_map(|change| change.subject.api.as_deref())
        .collect();
    assert_eq!(pages, ["OneApi", "TwoApi"]);
}
