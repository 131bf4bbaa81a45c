//! Models in and out: what rendered ones do, on hand-written ones.
//!
//! The files are taken in by path, because the runtime keeps `model` to itself; their macros find
//! it here as they find it in the client.

#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    missing_docs,
    reason = "the files are those of the runtime, and no test needs all of them"
)]

#[path = "../src/model/mod.rs"]
mod model;

use serde_json::json;
use std::collections::BTreeMap;

#[non_exhaustive]
pub struct Node {
    pub id: Option<String>,
    pub count: Option<i64>,
    pub weight: Option<f64>,
    pub enabled: Option<bool>,
    pub created: Option<jiff::Timestamp>,
    pub day: Option<jiff::civil::Date>,
    pub state: Option<State>,
    pub parent: Option<Box<Node>>,
    pub children: Option<Vec<Node>>,
    pub labels: Option<BTreeMap<String, Vec<String>>>,
    pub extra: Option<serde_json::Value>,
    pub other: Option<Box<serde_json::Value>>,
}
model::fields! {
    Node "Node" { 0 id "id", 1 count "count", 2 weight "weight", 3 enabled "isEnabled",
    4 created "created", 5 day "day", 6 state "state", 7 parent "parent", 8 children "children",
    9 labels "labels", 10 extra "extra", 11 other "other" }
}
model::default! { Node }

#[non_exhaustive]
pub enum State {
    Active,
    Inactive,
    Unknown(String),
}
model::values! { State { Active "ACTIVE", Inactive "in-active" } }

pub struct Empty {}
model::fields! { Empty "Empty" {} }
model::default! { Empty }

fn full() -> serde_json::Value {
    json!({
        "id": "a", "count": -5, "weight": 1.5, "isEnabled": false,
        "created": "2024-01-31T09:30:00Z", "day": "2024-01-31", "state": "in-active",
        "parent": { "id": "p", "parent": { "id": "q" } },
        "children": [{ "id": "c" }, {}],
        "labels": { "x": ["1", "2"], "y": [] },
        "extra": { "free": [null, 1] },
        "other": [1, "two"],
    })
}

fn read(json: &str) -> Node {
    model::from_slice(json.as_bytes()).expect("a node")
}

/// Path and message of the fault.
fn fault(json: &str) -> (String, String) {
    let (path, error) = model::from_slice::<Node>(json.as_bytes()).expect_err("no node");
    (path.to_string(), error.to_string())
}

#[test]
fn every_kind_of_field_survives_a_round_trip() {
    let node: Node = serde_json::from_value(full()).expect("a node");
    assert_eq!(node.state, Some(State::Inactive));
    assert_eq!(node.children.as_ref().map(Vec::len), Some(2));
    assert_eq!(serde_json::to_value(&node).expect("JSON"), full());
    let copy = node.clone();
    assert_eq!(copy, node);
    let changed = Node {
        count: Some(6),
        ..copy
    };
    assert_ne!(changed, node);
}

#[test]
fn unset_and_null_are_not_written() {
    let node = read(r#"{"id":null,"count":null,"children":null}"#);
    assert_eq!(node, Node::default());
    assert_eq!(serde_json::to_string(&node).expect("JSON"), "{}");
    let cleared = read(r#"{"isEnabled":false,"count":0,"children":[],"labels":{}}"#);
    assert_eq!(
        serde_json::to_string(&cleared).expect("JSON"),
        r#"{"count":0,"isEnabled":false,"children":[],"labels":{}}"#
    );
}

#[test]
fn unknown_fields_are_skipped_and_unknown_values_kept() {
    let node = read(r#"{"new":{"deep":[1,{"x":2}]},"state":"BRAND_NEW","id":"a"}"#);
    assert_eq!(node.id.as_deref(), Some("a"));
    assert!(matches!(&node.state, Some(State::Unknown(text)) if text == "BRAND_NEW"));
    assert_eq!(
        serde_json::to_value(&node).expect("JSON"),
        json!({"id": "a", "state": "BRAND_NEW"})
    );
    assert_eq!(State::from("ACTIVE"), State::Active);
    assert_eq!(State::from("x").clone().as_str(), "x");
    assert_eq!(State::Active.as_str(), "ACTIVE");
}

#[test]
fn fields_come_in_any_order() {
    let node = read(r#"{"state":"ACTIVE","count":1,"id":"a","weight":2}"#);
    assert_eq!(node.state, Some(State::Active));
    assert_eq!(node.count, Some(1));
    assert_eq!(node.weight, Some(2.0));
}

#[test]
fn a_field_that_stands_twice_is_refused() {
    let (path, message) = fault(r#"{"id":null,"id":"b"}"#);
    assert_eq!(path, "id");
    assert!(message.starts_with("duplicate field `id`"), "{message}");
    let (path, message) = fault(r#"{"labels":{"x":[],"x":[]}}"#);
    assert_eq!(path, "labels.x");
    assert!(message.starts_with("duplicate key `x`"), "{message}");
}

#[test]
fn a_whole_number_may_have_a_fraction_of_zero() {
    assert_eq!(read(r#"{"count":5.0}"#).count, Some(5));
    assert_eq!(read(r#"{"count":-1e3}"#).count, Some(-1000));
    for bad in ["5.5", "1e300", "18446744073709551615", "\"5\""] {
        let (path, _) = fault(&format!(r#"{{"count":{bad}}}"#));
        assert_eq!(path, "count", "{bad}");
    }
}

#[test]
fn a_fault_has_its_path() {
    let cases = [
        ("[]", ".", "expected an object (Node)"),
        (r#"{"isEnabled":"yes"}"#, "isEnabled", "expected a boolean"),
        (
            r#"{"children":[{},{"parent":{"id":7}}]}"#,
            "children[1].parent.id",
            "expected a string",
        ),
        (
            r#"{"labels":{"a b":["x",null]}}"#,
            "labels.a b[1]",
            "expected a string",
        ),
        (r#"{"created":"yesterday"}"#, "created", "as year"),
        (r#"{"day":"2024-13-01"}"#, "day", "month"),
        (r#"{"state":1}"#, "state", "expected a string"),
        (r#"{"children":{}}"#, "children", "expected an array"),
        (r#"{"labels":[]}"#, "labels", "expected an object"),
        (r#"{"id":"a"} x"#, ".", "trailing characters"),
    ];
    for (json, path, part) in cases {
        let (found, message) = fault(json);
        assert_eq!(found, path, "{json}: {message}");
        assert!(message.contains(part), "{json}: {message}");
    }
}

#[test]
fn debug_shows_the_fields_that_are_set() {
    let node = read(r#"{"id":"a","state":"ACTIVE","children":[{"isEnabled":true}]}"#);
    assert_eq!(
        format!("{node:?}"),
        r#"Node { id: "a", state: "ACTIVE", children: [Node { enabled: true, .. }], .. }"#
    );
    assert_eq!(format!("{:?}", Empty::default()), "Empty");
}

#[test]
fn a_model_without_fields_takes_any_object() {
    let empty: Empty = serde_json::from_str(r#"{"x":1}"#).expect("an object");
    assert_eq!(empty, Empty::default());
    assert_eq!(serde_json::to_string(&empty).expect("JSON"), "{}");
}

#[test]
fn deep_json_is_an_error_and_no_overflow() {
    let json = r#"{"parent":"#.repeat(100_000);
    let (_, message) = fault(&json);
    assert!(message.contains("recursion limit"), "{message}");
}
