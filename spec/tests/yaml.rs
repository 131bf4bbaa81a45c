//! Text to IR to text is the identity, whatever stands in the texts of a page.

use proptest::prelude::*;
use spec::{
    Field, Job, Location, Method, Model, Models, Operation, Page, Paging, PagingStyle, Parameter,
    Permissions, Require, Scalar, Type, yaml,
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

prop_compose! {
    fn parameter()(
        name in text(), wire in prop::option::of(text()), ty in ty(), required in any::<bool>(),
        default in prop::option::of(scalar()), values in prop::collection::vec(scalar(), 0..3),
        description in text(),
    ) -> Parameter {
        Parameter {
            name, location: Location::Query, wire, ty, required, default, values,
            explode: !required, description,
        }
    }
}

prop_compose! {
    fn operation()(
        id in text(), path in text(), summary in text(), description in text(),
        preview in any::<bool>(), of in prop::collection::vec(text(), 0..3),
        parameters in prop::collection::vec(parameter(), 0..3), returns in ty(),
        produces in prop::option::of(text()),
    ) -> Operation {
        Operation {
            id, method: Method::Patch, path, summary: summary.clone(), description: description.clone(), preview,
            deprecated: !preview, safe: preview, safe_because: summary.clone(),
            permissions: Some(Permissions { require: Require::Any, of }),
            paging: preview.then(|| Paging {
                style: PagingStyle::Uri, parameter: description.clone(),
                location: if description.is_empty() { Location::Query } else { Location::Body },
                next: description.clone(), items: description.clone(),
            }),
            job: (!preview).then(|| Job {
                id: description.clone(), poll: description.clone(), results: description.clone(),
                state: description.clone(), done: vec![description.clone(), summary.clone()],
                failed: Vec::new(), reason: Some(summary), percent: produces.clone(),
            }),
            parameters, returns, produces,
        }
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
        prop_assert_eq!(yaml::write_page(&page, "docs/X.md"), written);
    }

    #[test]
    fn models_come_back(
        name in text(), fields in prop::collection::vec((text(), ty(), scalar()), 0..3),
    ) {
        let fields = fields.into_iter().map(|(name, ty, value)| Field {
            wire: Some(name.clone()), description: name.clone(), name, ty, required: true,
            values: vec![value],
        }).collect::<Vec<_>>();
        let models = Models { format: spec::FORMAT, models: vec![Model { name, opaque: fields.is_empty(), fields }] };
        let written = yaml::write_models(&models, "docs/typed");
        prop_assert_eq!(yaml::parse_models(&written), Ok(models), "{}", written);
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
}

#[test]
fn a_foreign_format_is_named() {
    let error = yaml::parse_page("format: 2\napi: X\nnew_key: 1\n").expect_err("format 2");
    assert_eq!(
        error.message,
        "this is format 2 of the IR; this version reads format 1"
    );
    assert_eq!(error.offset, Some(0));
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
    assert!(error.message.contains("unknown field `base`"), "{error}");
    assert!(error.offset.is_some());
}
