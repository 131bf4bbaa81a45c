//! What an overlay's entry sets: each fact alone, then again, when it changes nothing any more.

use spec::{Field, FieldPatch, Operation, OperationPatch, Parameter, ParameterPatch, yaml};

const PAGE: &str = "\
format: 1
api: XApi
base_url: https://h
operations:
- id: postX
  method: POST
  path: /x
  preview: true
  permissions: { require: any, of: [a:b:c] }
  parameters:
  - { name: a, in: query, wire: A, type: string, default: x, values: [x] }
  returns: string
";

const MODELS: &str = "\
format: 1
models:
- name: M
  fields:
  - { name: f, wire: F, type: string, values: [x] }
";

fn operation() -> Operation {
    yaml::parse_page(PAGE).expect("a page").operations.remove(0)
}

fn operation_patch(entry: &str) -> OperationPatch {
    let text = format!("pages: {{ XApi: {{ postX: {{ because: so, {entry} }} }} }}");
    let mut overlay = yaml::parse_overlay(&text).unwrap_or_else(|error| panic!("{entry}: {error}"));
    let mut page = overlay.pages.remove("XApi").expect("the page");
    page.remove("postX").expect("the operation")
}

fn parameter_patch(entry: &str) -> ParameterPatch {
    let mut patch = operation_patch(&format!("parameters: {{ a: {{ {entry} }} }}"));
    patch.parameters.remove("a").expect("the parameter")
}

fn field_patch(entry: &str) -> FieldPatch {
    let text = format!("models: {{ M: {{ because: so, fields: {{ f: {{ {entry} }} }} }} }}");
    let mut overlay = yaml::parse_overlay(&text).unwrap_or_else(|error| panic!("{entry}: {error}"));
    let mut model = overlay.models.remove("M").expect("the model");
    model.fields.remove("f").expect("the field")
}

/// Applies a patch twice: which facts it changed, and of what it says that it changes nothing.
fn changed<T: Clone>(
    thing: &mut T,
    apply: impl Fn(&mut T) -> Vec<spec::Idle>,
    differing: impl Fn(&T, &T) -> Vec<&'static str>,
) -> (Vec<&'static str>, Vec<&'static str>) {
    let before = thing.clone();
    let idle = apply(thing);
    assert_eq!(idle, [], "it changes something");
    let changed = differing(&before, thing);
    let after = thing.clone();
    let idle = apply(thing);
    assert!(differing(&after, thing).is_empty(), "it was that already");
    (changed, idle.iter().map(|idle| idle.key).collect())
}

#[test]
fn each_fact_of_an_operation_is_set() {
    let differing =
        |one: &Operation, other: &Operation| spec::differing(&one.facts(), &other.facts());
    for (entry, facts, key) in [
        ("preview: false", &["preview"][..], "preview"),
        ("deprecated: true", &["deprecated"], "deprecated"),
        ("safe: true", &["safe", "safe_because"], "safe"),
        ("returns: [integer]", &["returns"], "returns"),
        ("produces: text/plain", &["produces"], "produces"),
        (
            "permissions: { require: none }",
            &["permissions"],
            "permissions",
        ),
        (
            "permissions: { require: all, of: [a:b:c] }",
            &["permissions"],
            "permissions",
        ),
        (
            "permissions: { require: any, of: [a:b:d] }",
            &["permissions"],
            "permissions",
        ),
    ] {
        let patch = operation_patch(entry);
        assert!(!patch.is_empty(), "{entry}");
        let outcome = changed(&mut operation(), |it| patch.apply(it), differing);
        assert_eq!(outcome, (facts.to_vec(), vec![key]), "{entry}");
    }
    let patch = operation_patch("paging: { style: cursor, parameter: a, next: n, items: i }");
    assert!(!patch.is_empty());
    let mut paged = operation();
    let outcome = changed(&mut paged, |it| patch.apply_paging(it), differing);
    assert_eq!(outcome, (vec!["paging"], vec!["paging"]));
    let none = operation_patch("paging: none");
    let outcome = changed(&mut paged, |it| none.apply_paging(it), differing);
    assert_eq!(outcome, (vec!["paging"], vec!["paging"]));
    let job = "job: { id: id, poll: p, results: r, state: s, done: [d], failed: [] }";
    let patch = operation_patch(job);
    assert!(!patch.is_empty());
    let outcome = changed(&mut operation(), |it| patch.apply_job(it), differing);
    assert_eq!(outcome, (vec!["job"], vec!["job"]));
    assert!(operation_patch("").is_empty());
    assert!(!operation_patch("parameters: { a: { required: true } }").is_empty());
}

/// RFC 9110 section 9.2.1: methods that are safe need no entry.
#[test]
fn what_is_safe_by_its_method_is_safe_without_an_entry() {
    let safe = operation_patch("safe: true");
    let mut get = operation();
    get.method = spec::Method::Get;
    let idle = safe.apply(&mut get);
    assert_eq!(idle[0].message, "`safe` is already true");
    assert!(!get.safe && get.safe_because.is_empty());
    let mut post = operation();
    (post.safe, post.safe_because) = (true, "the path ends in /query".to_owned());
    assert_eq!(operation_patch("preview: false").apply(&mut post), []);
    assert!(
        post.safe && !post.safe_because.is_empty(),
        "the entry does not speak of it"
    );
    assert_eq!(operation_patch("safe: false").apply(&mut post), []);
    assert!(!post.safe && post.safe_because.is_empty());
}

#[test]
fn each_fact_of_a_parameter_is_set() {
    let differing =
        |one: &Parameter, other: &Parameter| spec::differing(&one.facts(), &other.facts());
    for (entry, fact) in [
        ("in: header", "in"),
        ("wire: b", "wire"),
        ("wire: a", "wire"),
        ("type: integer", "type"),
        ("required: true", "required"),
        ("default: y", "default"),
        ("values: [x, y]", "values"),
        ("explode: true", "explode"),
    ] {
        let patch = parameter_patch(entry);
        assert!(!patch.is_empty(), "{entry}");
        let mut parameter = operation().parameters.remove(0);
        let outcome = changed(&mut parameter, |it| patch.apply(it), differing);
        assert_eq!(outcome, (vec![fact], vec![fact]), "{entry}");
    }
    let mut parameter = operation().parameters.remove(0);
    let all = parameter_patch("wire: A, default: x, values: [x]");
    let said: Vec<String> = all
        .apply(&mut parameter)
        .into_iter()
        .map(|idle| idle.message)
        .collect();
    let expected = [
        "`wire` is already A",
        "`default` is already x",
        "`values` is already [x]",
    ];
    assert_eq!(said, expected);
    assert!(ParameterPatch::default().is_empty());
}

#[test]
fn each_fact_of_a_field_is_set() {
    let differing = |one: &Field, other: &Field| spec::differing(&one.facts(), &other.facts());
    for (entry, fact) in [
        ("wire: b", "wire"),
        ("wire: f", "wire"),
        ("type: integer", "type"),
        ("required: true", "required"),
        ("values: [y]", "values"),
    ] {
        let patch = field_patch(entry);
        assert!(!patch.is_empty(), "{entry}");
        let mut field = yaml::parse_models(MODELS)
            .expect("models")
            .models
            .remove(0)
            .fields
            .remove(0);
        let outcome = changed(&mut field, |it| patch.apply(it), differing);
        assert_eq!(outcome, (vec![fact], vec![fact]), "{entry}");
    }
    assert!(FieldPatch::default().is_empty());
}
