//! Text to IR to text is the identity, whatever stands in the texts of a page.

use proptest::prelude::*;
use spec::{
    Field, Job, Location, Method, Model, Models, Operation, Page, Paging, PagingStyle, Parameter,
    Permissions, Require, Scalar, Topic, Type, yaml,
};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z/][a-zA-Z0-9 .:#,'\"{}\\[\\]-]{0,20}",
        1 => Just("true".to_owned()),
        1 => Just("Off".to_owned()),
        1 => Just("1:30".to_owned()),
        1 => Just("2013-10-20".to_owned()),
        2 => "[a-z \n\t#:-]{0,30}",
        2 => any::<String>(),
    ]
}

fn words() -> impl Strategy<Value = String> {
    text().prop_filter("a type's word is not empty", |word| !word.is_empty())
}

fn ty() -> impl Strategy<Value = Type> {
    words()
        .prop_map(|word| Type::from_word(&word))
        .prop_recursive(3, 4, 1, |inner| {
            prop_oneof![
                inner.clone().prop_map(|ty| Type::Array(Box::new(ty))),
                inner.prop_map(|ty| Type::Map(Box::new(ty))),
            ]
        })
}

fn scalar() -> impl Strategy<Value = Scalar> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Scalar::Boolean),
        any::<i64>().prop_map(Scalar::Integer),
        (-1e9..1e9f64).prop_map(Scalar::Number),
        text().prop_map(Scalar::String),
    ];
    leaf.prop_recursive(1, 3, 3, |inner| {
        prop::collection::vec(inner, 0..3).prop_map(Scalar::List)
    })
}

fn one_of<T: Copy + std::fmt::Debug>(all: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(all)
}

const LOCATIONS: &[Location] = &[
    Location::Path,
    Location::Query,
    Location::Header,
    Location::Body,
];
const REQUIRES: &[Require] = &[Require::Any, Require::All, Require::None];
const STYLES: &[PagingStyle] = &[
    PagingStyle::Number,
    PagingStyle::Total,
    PagingStyle::Cursor,
    PagingStyle::Uri,
];

prop_compose! {
    fn permissions()(
        require in one_of(REQUIRES), of in prop::collection::vec(text(), 0..3),
    ) -> Permissions {
        Permissions { require, of }
    }
}

prop_compose! {
    fn paging()(
        style in one_of(STYLES), parameter in text(), location in one_of(LOCATIONS), next in text(), items in text(),
    ) -> Paging {
        Paging { style, parameter, location, next, items }
    }
}

prop_compose! {
    fn job()(
        id in text(), poll in text(), results in text(), state in text(),
        done in prop::collection::vec(text(), 0..3), failed in prop::collection::vec(text(), 0..3),
        reason in prop::option::of(text()), percent in prop::option::of(text()),
    ) -> Job {
        Job { id, poll, results, state, done, failed, reason, percent }
    }
}

prop_compose! {
    fn parameter()(
        name in text(), location in one_of(LOCATIONS), explode in any::<bool>(), wire in prop::option::of(text()), ty in ty(), required in any::<bool>(),
        default in prop::option::of(scalar()), values in prop::collection::vec(scalar(), 0..3),
        description in text(),
    ) -> Parameter {
        Parameter {
            name, location, wire, ty, required, default, values, explode, description,
        }
    }
}

prop_compose! {
    fn operation()(
        id in text(), path in text(), summary in text(), description in text(),
        method in one_of(&Method::ALL), preview in any::<bool>(), deprecated in any::<bool>(),
        safe in any::<bool>(), because in text(), permissions in prop::option::of(permissions()),
        paging in prop::option::of(paging()), job in prop::option::of(job()),
        parameters in prop::collection::vec(parameter(), 0..3), returns in ty(),
        produces in prop::option::of(text()),
    ) -> Operation {
        Operation {
            id, method, path, summary, description, preview, deprecated, safe,
            safe_because: because, permissions, paging, job, parameters, returns, produces,
        }
    }
}

prop_compose! {
    fn field()(
        name in text(), wire in prop::option::of(text()), ty in ty(), required in any::<bool>(),
        values in prop::collection::vec(scalar(), 0..3), description in text(),
    ) -> Field {
        Field { name, wire, ty, required, values, description }
    }
}

proptest! {
    #[test]
    fn a_page_comes_back(
        api in text(), base_url in text(), operations in prop::collection::vec(operation(), 0..3),
    ) {
        let page = Page { format: spec::FORMAT, api, base_url, operations };
        let written = yaml::write_page(&page, "docs/X.md");
        let read = yaml::parse_page(&written);
        prop_assert_eq!(read.as_ref(), Ok(&page), "{}", &written);
        let again = yaml::write_page(&read.expect("equal to a page"), "docs/X.md");
        prop_assert_eq!(again, written);
    }

    #[test]
    fn models_come_back(
        name in text(), opaque in any::<bool>(), fields in prop::collection::vec(field(), 0..3),
    ) {
        let models = Models { format: spec::FORMAT, models: vec![Model { name, opaque, fields }] };
        let written = yaml::write_models(&models, "docs/typed");
        prop_assert_eq!(yaml::parse_models(&written), Ok(models), "{}", written);
    }

    #[test]
    fn topics_come_back(
        texts in prop::collection::vec((text(), ty(), any::<bool>()), 0..4),
    ) {
        let topics: Vec<Topic> = texts.into_iter().map(|(topic, model, known)| Topic {
            permissions: known.then(|| Permissions { require: Require::All, of: vec![topic.clone()] }),
            topic, model,
        }).collect();
        let written = yaml::write_topics(&topics, "docs/notifications.json");
        prop_assert_eq!(yaml::parse_topics(&written), Ok(topics), "{}", written);
    }

    #[test]
    fn models_come_back_in_pieces(
        texts in prop::collection::vec(text(), 0..6), pieces in 1..5_usize,
    ) {
        let models: Vec<Model> = texts.into_iter().map(|text| Model {
            name: text.clone(), opaque: false,
            fields: vec![Field {
                name: "a".to_owned(), wire: None, ty: Type::String, required: false,
                values: Vec::new(), description: format!("{text}\n- name: {text}"),
            }],
        }).collect();
        let written = yaml::write_models(&Models { format: spec::FORMAT, models: models.clone() }, "docs/typed");
        let texts = yaml::split_models(&written, pieces);
        prop_assert!(texts.len() <= pieces);
        let read = texts.iter().map(|text| yaml::parse_models(text).expect("a piece is whole"));
        prop_assert_eq!(read.flat_map(|piece| piece.models).collect::<Vec<_>>(), models, "{}", written);
    }
}

#[test]
fn models_of_a_person_stay_whole() {
    let text = "format: 1\nmodels:\n- name: A\n- name: B\n- name: C\n";
    assert_eq!(yaml::split_models(text, 2), [text]);
    let ours = format!("# @generated\n{text}");
    assert_eq!(yaml::split_models(&ours, 2).len(), 2);
    // The mark is a comment, not a text that names it.
    let named = format!("a: \"@generated\"\n{text}");
    assert_eq!(yaml::split_models(&named, 2), [named.as_str()]);
    let other = format!("# by hand\n{text}");
    assert_eq!(yaml::split_models(&other, 2), [other.as_str()]);
}

/// A piece ends where a model ends, at or after its share of the text, counted in bytes.
#[test]
fn models_are_split_into_equal_pieces() {
    let head = "# @generated\nmodels:\n";
    let model = |name: &str| format!("- name: {name}\n  é: éééé\n");
    let all = ["a", "b", "c", "d", "e", "f", "g", "h", "i"].map(model);
    let text = [head, &all.concat()].concat();
    let pieces = |pieces| {
        let texts = yaml::split_models(&text, pieces).into_iter();
        let count = |text: String| {
            assert!(text.starts_with(head), "{text}");
            text.matches("- name").count()
        };
        texts.map(count).collect::<Vec<_>>()
    };
    assert_eq!(pieces(1), [9]);
    assert_eq!(pieces(2), [5, 4]);
    assert_eq!(pieces(3), [4, 3, 2]);
    assert_eq!(pieces(9), [2, 1, 1, 1, 1, 1, 1, 1]);
}

#[test]
fn a_single_value_is_a_document() {
    assert_eq!(yaml::parse::<String>("x"), Ok("x".to_owned()));
    assert_eq!(yaml::parse::<String>("\"\""), Ok(String::new()));
    let error = yaml::parse::<String>("# nothing\n").expect_err("no value");
    assert_eq!(error.message, "the file is empty");
}

#[test]
fn renamed_operations_are_read() {
    assert_eq!(yaml::parse_renamed(""), Ok(Vec::new()));
    let text = "- { api: XApi, old: getA, new: getB, method: GET, path: /a, since: 0.1.0 }\n";
    assert_eq!(
        yaml::parse_renamed(text).map(|renamed| renamed.len()),
        Ok(1)
    );
}

#[test]
fn a_foreign_format_is_named() {
    let error = yaml::parse_page("format: 2\napi: X\nnew_key: 1\n").expect_err("format 2");
    assert_eq!(
        error.message,
        "this is format 2 of the IR; this version reads format 1"
    );
    assert_eq!(error.range, 8..9);
}

#[test]
fn a_foreign_format_is_named_however_it_is_written() {
    // An anchor before the key; found by fuzzing.
    for text in [
        "&o format: 0\nmodels: []\n",
        "\"format\": 2\nmodels: []\n",
        "{format: 2, models: []}",
    ] {
        let error = yaml::parse_models(text).expect_err(text);
        assert!(error.message.starts_with("this is format "), "{error}");
    }
    let page = yaml::parse_page("{format: 2, api: X, base_url: u, operations: []}");
    let error = page.expect_err("format 2");
    assert!(error.message.starts_with("this is format 2"), "{error}");
    // A comment behind it is none of its value.
    assert!(yaml::parse_models("format: 1 # ours\nmodels: []\n").is_ok());
}

#[test]
fn an_unknown_key_is_an_error_with_its_place() {
    let error = yaml::parse_page("format: 1\napi: X\nbase_url: u\noperations: []\nbase: 1\n")
        .expect_err("unknown key");
    assert!(error.message.contains("unknown key `base`"), "{error}");
    assert_eq!(error.range, 44..48);
}

/// What is wrong with a text, and the words that are underlined.
#[track_caller]
fn overlay_fault(text: &str) -> (String, String) {
    let error = yaml::parse_overlay(text).expect_err(text);
    (error.message, text[error.range].to_owned())
}

/// An entry of the overlay, the message about it, and what is underlined.
const FAULTS: &str = r#"
- ["because: y\n      because: z", "duplicate key `because`; one of the values would be lost", "because"]
- ["because: 1", "this must be a text (in quotes, if it is meant as one), not integer `1`", "1"]
- ["because:", "this must be a text, not nothing", "because"]
- ["because: y\n      preview:", "the key has no value; write one, or remove the key", "preview"]
- ["because: y\n      preview: maybe", "this must be a boolean, not string \"maybe\"", "maybe"]
- ["preview: true", "the key `because` is missing", "getX"]
- ["becuase: y", "unknown key `becuase`; did you mean `because`?", "becuase"]
- ["because: y\n      permissions: abc", "this must be { require: any, of: [domain:entity:action] }, not string \"abc\"", "abc"]
- ["because: y\n      permissions: { require: several }", "unknown word `several`; expected one of `any`, `all`, `none`", "several"]
- ["because: y\n      paging: sometimes", "this must be `none` or a map, not string \"sometimes\"", "sometimes"]
- ["because: y\n      returns: [string, string]", "invalid length 2, expected a type: a word, a list of one type such as [string], or {string: type}", "returns"]
- ["because: y\n      parameters: { a: { default: { b: c } } }", "this must be a value: a text, a number, true, false, or a list of those, not map", "default"]
- ["because: y\n      parameters: { a: { in: boddy } }", "unknown word `boddy`; did you mean `body`?", "boddy"]
- ["because: !!str y", "YAML tags are not supported; write the value without one", "!!str y"]
- ["? [a]\n      : b", "a key must be a text", "[a]"]
- ["because: y\n...\n---\na: b", "a second document begins here; only one is allowed", "---"]
- ["because: &a { b: *a }", "the alias has no anchor, or it refers to a node that contains it", "*a"]
"#;

#[test]
fn faults_are_located_and_say_what_the_shape_takes() {
    let operation = |entry: &str| format!("pages:\n  XApi:\n    getX:\n      {entry}\n");
    let cases: Vec<[String; 3]> = yaml::parse(FAULTS).expect("a table");
    for [entry, message, place] in cases {
        let found = overlay_fault(&operation(&entry));
        assert_eq!(found, (message, place), "{entry}");
    }
    let without_value = operation("because: y\n      because");
    assert!(yaml::parse_overlay(&without_value).is_err());
}

#[test]
fn a_conflict_of_a_merge_is_located_at_its_marker() {
    let text = "pages:\n<<<<<<< HEAD\n  A: {}\n=======\n  B: {}\n>>>>>>> b\n";
    let (message, place) = overlay_fault(text);
    assert_eq!(message, "unresolved merge conflict");
    assert_eq!(place, "<<<<<<< HEAD");
}

#[test]
fn aliases_are_what_they_stand_for() {
    let text = "pages:\n  XApi:\n    a: { because: &why it is so }\n    b: { because: *why }\n";
    let overlay = yaml::parse_overlay(text).expect("an overlay");
    assert_eq!(overlay.pages["XApi"]["b"].because, "it is so");
}

#[test]
fn aliases_of_aliases_and_deep_lists_are_refused() {
    let mut bomb = "- &a0 [x, x]\n".to_owned();
    for level in 1..30 {
        let before = level - 1;
        bomb = format!("{bomb}- &a{level} [*a{before}, *a{before}]\n");
    }
    let error = yaml::parse::<Vec<Scalar>>(&bomb).expect_err("too large");
    assert_eq!(error.message, "too large with its aliases expanded");
    let deep = "[".repeat(200) + &"]".repeat(200);
    let error = yaml::parse::<Scalar>(&deep).expect_err("too deep");
    assert_eq!(error.message, "lists and maps are nested deeper than 100");
    let types = "[".repeat(90) + "string" + &"]".repeat(90);
    assert!(yaml::parse::<Type>(&types).is_ok());
}

#[test]
fn places_behind_letters_of_several_bytes_are_right() {
    let text = "pages:\n  XApi:\n    getX:\n      because: \"Zoë 東京\"\n      retruns: \"é\"\n";
    let (message, place) = overlay_fault(text);
    assert_eq!(message, "unknown key `retruns`; did you mean `returns`?");
    assert_eq!(place, "retruns");
}

#[test]
fn topics_of_a_foreign_format_are_refused() {
    let error = yaml::parse_topics("format: 2\ntopics: []\n").expect_err("format 2");
    assert!(error.message.starts_with("this is format 2"), "{error}");
}
