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
pub use model::build;

use model::Open;
use serde_json::json;
use std::collections::{BTreeMap, HashSet};

#[non_exhaustive]
pub struct Node {
    pub id: Option<String>,
    pub count: Option<i64>,
    pub weight: Option<f64>,
    pub enabled: Option<bool>,
    pub created: Option<jiff::Timestamp>,
    pub day: Option<jiff::civil::Date>,
    pub state: Option<model::Open<State>>,
    pub parent: Option<Box<Node>>,
    pub children: Option<Vec<Node>>,
    pub labels: Option<BTreeMap<String, Vec<String>>>,
    pub free: Option<serde_json::Value>,
    pub other: Option<Box<serde_json::Value>>,
    pub skills: Option<Vec<String>>,
    pub counts: Option<Vec<i64>>,
    pub extra: model::Extra,
}
model::fields! {
    Node "Node" { 0 id "id", 1 count "count", 2 weight "weight", 3 enabled "isEnabled",
    4 created "created", 5 day "day", 6 state "state", 7 parent "parent", 8 children "children",
    9 labels "labels", 10 free "free", 11 other "other", 12 skills "skills", 13 counts "counts" } 14
}

#[non_exhaustive]
pub enum State {
    Active,
    Inactive,
}
model::values! { State { Active "ACTIVE", Inactive "in-active" } }
model::texts!(State);

pub struct Empty {
    pub extra: model::Extra,
}
model::fields! { Empty "Empty" {} 0 }

fn full() -> serde_json::Value {
    json!({
        "id": "a", "count": -5, "weight": 1.5, "isEnabled": false,
        "created": "2024-01-31T09:30:00Z", "day": "2024-01-31", "state": "in-active",
        "parent": { "id": "p", "parent": { "id": "q" } },
        "children": [{ "id": "c" }, {}],
        "labels": { "x": ["1", "2"], "y": [] },
        "free": { "x": [null, 1] },
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
    assert_eq!(node.state, Some(State::Inactive.into()));
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
fn what_the_docs_do_not_know_is_sent_back() {
    let came = json!({
        "new": { "deep": [1, { "x": 2 }] }, "newNull": null, "state": "BRAND_NEW", "id": "a",
        "children": [{ "other2": true }]
    });
    let mut node: Node = serde_json::from_value(came.clone()).expect("a node");
    assert_eq!(node.extra.get("new"), Some(&came["new"]));
    assert_eq!(serde_json::to_value(&node).expect("JSON"), came);
    assert_eq!(node.clone(), node);
    node.id = Some("b".to_owned());
    node.extra.remove("newNull");
    let sent = serde_json::to_value(&node).expect("JSON");
    assert_eq!(sent["id"], "b");
    assert_eq!(sent["new"], came["new"]);
    assert!(sent.get("newNull").is_none());
    assert_ne!(node, serde_json::from_value(came).expect("a node"));
}

#[test]
fn documented_values_are_open() {
    let node = read(r#"{"state":"ACTIVE"}"#);
    assert!(matches!(node.state, Some(Open::Known(State::Active))));
    let newer: Open<State> = "NEWER".into();
    assert_eq!(newer, Open::Unknown("NEWER".to_owned()));
    assert_eq!(newer.known().map(|_| ()), None);
    // A value that a later release documents equals what came before it did.
    assert_eq!(
        Open::Unknown("ACTIVE".to_owned()),
        Open::Known(State::Active)
    );
    assert!(Open::Known(State::Inactive) == State::Inactive);
    assert_eq!(
        "in-active".parse::<Open<State>>().expect("any text"),
        State::Inactive
    );
    assert_eq!(Open::Known(State::Inactive).to_string(), "in-active");
    assert_eq!(
        format!("{:?} {:?}", State::Active, newer),
        r#""ACTIVE" "NEWER""#
    );
    let set = HashSet::from([newer.clone(), State::Active.into(), "ACTIVE".into()]);
    assert_eq!(set.len(), 2);
    assert_eq!(serde_json::to_value(&newer).expect("JSON"), "NEWER");
    assert_eq!(
        serde_json::from_value::<Open<State>>(json!("NEWER")).expect("a text"),
        newer
    );
}

#[test]
fn documented_values_of_a_parameter_have_the_usual_traits() {
    let known = State::Inactive;
    assert_eq!(known.to_string(), "in-active");
    assert_eq!(format!("[{known:>10}]"), "[ in-active]");
    assert_eq!("in-active".parse(), Ok(State::Inactive));
    let unknown = "INACTIVE".parse::<State>().expect_err("case counts");
    assert_eq!(
        unknown.to_string(),
        "the text is none of the documented values"
    );
    assert_eq!(
        serde_json::to_value(known).expect("a text"),
        json!("in-active")
    );
    let seen = std::collections::HashSet::from([State::Active, known, State::Inactive]);
    assert_eq!(seen.len(), 2);
    let open: model::Open<State> = "ACTIVE".into();
    assert_eq!(open.known(), Some(State::Active));
    assert_ne!(open, State::Inactive);
}

#[test]
fn an_explicit_null_is_sent_unless_the_field_is_set() {
    let mut node = model!(Node { id: "a", day: null });
    assert_eq!(
        serde_json::to_string(&node).expect("JSON"),
        r#"{"id":"a","day":null}"#
    );
    node.day = Some(jiff::civil::date(2024, 1, 31));
    assert_eq!(
        serde_json::to_string(&node).expect("JSON"),
        r#"{"id":"a","day":"2024-01-31"}"#
    );
}

#[test]
fn a_model_is_made_as_its_json_reads() {
    let unset: Option<String> = None;
    let node = model!(Node {
        id: "a",
        count: 5_usize,
        weight: 3,
        enabled: true,
        state: State::Active,
        parent: { id: unset, state: "NEW", children: [{ id: "x" }, { count: 7u8, }] },
        children: [],
        labels: { "k" => ["v"] },
        free: json!({ "x": 1 }),
        skills: ["a", String::from("b"), format!("c")],
        counts: [1, 2_i64, 3_u32],
    });
    let expected = json!({
        "id": "a", "count": 5, "weight": 3.0, "isEnabled": true, "state": "ACTIVE",
        "parent": { "state": "NEW", "children": [{ "id": "x" }, { "count": 7 }] },
        "children": [], "labels": { "k": ["v"] }, "free": { "x": 1 },
        "skills": ["a", "b", "c"], "counts": [1, 2, 3],
    });
    assert_eq!(serde_json::to_value(&node).expect("JSON"), expected);
    assert_eq!(model!(Node {}), Node::default());
}

/// A field of a kind, what comes, what the field is then (`null`: kept in `extra` instead).
#[test]
fn values_of_another_kind_than_the_docs_say() {
    let cases = [
        (r#"{"count":"5"}"#, r#"{"count":5}"#),
        (r#"{"count":5.0}"#, r#"{"count":5}"#),
        (r#"{"weight":"1.5"}"#, r#"{"weight":1.5}"#),
        (r#"{"weight":7}"#, r#"{"weight":7.0}"#),
        (r#"{"isEnabled":"true"}"#, r#"{"isEnabled":true}"#),
        (
            r#"{"created":"2024-01-31T09:30:00"}"#,
            r#"{"created":"2024-01-31T09:30:00Z"}"#,
        ),
        (
            r#"{"created":"2024-01-31"}"#,
            r#"{"created":"2024-01-31T00:00:00Z"}"#,
        ),
        (
            r#"{"created":"2024-01-31T09:30:00+02:00"}"#,
            r#"{"created":"2024-01-31T07:30:00Z"}"#,
        ),
    ];
    for (came, taken) in cases {
        let node = read(came);
        assert!(node.extra.is_empty(), "{came}");
        assert_eq!(serde_json::to_string(&node).expect("JSON"), taken, "{came}");
    }
    let kept = [
        ("count", r#""""#),
        ("count", "5.5"),
        ("count", "1e300"),
        ("count", "18446744073709551615"),
        ("count", "true"),
        ("count", "[1]"),
        ("weight", r#""NaN""#),
        ("weight", r#""""#),
        ("isEnabled", r#""yes""#),
        ("isEnabled", "1"),
        ("created", r#""""#),
        ("created", r#""yesterday""#),
        ("created", "1706693400000"),
        ("day", r#""""#),
        ("day", r#""2024-13-01""#),
        ("state", "1"),
        ("id", "7"),
        ("id", r#"{"a":1}"#),
        ("parent", r#""p""#),
        ("parent", "[]"),
        ("children", "{}"),
        ("children", r#""""#),
        ("labels", "[]"),
        ("labels", "7"),
    ];
    for (key, value) in kept {
        let came = format!(r#"{{"{key}":{value},"other":1}}"#);
        let node = read(&came);
        let value: serde_json::Value = serde_json::from_str(value).expect("JSON");
        assert_eq!(node.extra.get(key), Some(&value), "{came}");
        assert_eq!(node.other.as_deref(), Some(&json!(1)), "{came}");
        let sent = serde_json::to_value(&node).expect("JSON");
        assert_eq!(
            sent,
            serde_json::from_str::<serde_json::Value>(&came).expect("JSON")
        );
    }
}

#[test]
fn an_odd_element_is_left_out_of_its_list_only() {
    let node = read(
        r#"{"children":[null,{"id":"c","skills":[1,"a"]},3],"labels":{"a":["x",null],"b":7},"id":"a"}"#,
    );
    assert_eq!(node.id.as_deref(), Some("a"));
    let left_out = |node: &Node| -> Vec<String> {
        let left_out = node.extra.left_out();
        left_out
            .map(|(path, value)| format!("{path}={value}"))
            .collect()
    };
    let expected = [
        "children[0]=null",
        "children[2]=3",
        "labels.a[1]=null",
        "labels.b=7",
    ];
    assert_eq!(left_out(&node), expected);
    let children = node.children.as_deref().unwrap_or_default();
    assert_eq!(left_out(&children[0]), ["skills[0]=1"]);
    assert_eq!(children[0].skills.as_deref(), Some(&["a".to_owned()][..]));
    assert_eq!(
        serde_json::to_value(&node).expect("JSON"),
        json!({"id": "a", "children": [{"id": "c", "skills": ["a"]}], "labels": {"a": ["x"]}})
    );
}

#[test]
fn times_have_three_digits_of_fraction_or_none() {
    for (came, sent) in [
        ("09:30:00Z", "09:30:00Z"),
        ("09:30:00.1Z", "09:30:00.100Z"),
        ("09:30:00.123456789Z", "09:30:00.123Z"),
        ("09:30:00.000000001Z", "09:30:00.000Z"),
    ] {
        let node = read(&format!(r#"{{"created":"2024-01-31T{came}"}}"#));
        let expected = format!(r#"{{"created":"2024-01-31T{sent}"}}"#);
        assert_eq!(serde_json::to_string(&node).expect("JSON"), expected);
    }
}

#[test]
fn what_is_kept_costs_a_pointer_where_there_is_none() {
    assert_eq!(size_of::<model::Extra>(), size_of::<usize>());
}

#[test]
fn fields_come_in_any_order() {
    let node = read(r#"{"state":"ACTIVE","count":1,"id":"a","weight":2}"#);
    assert_eq!(node.state, Some(State::Active.into()));
    assert_eq!(node.count, Some(1));
    assert_eq!(node.weight, Some(2.0));
}

#[test]
fn a_field_that_stands_twice_is_refused() {
    let (path, message) = fault(r#"{"id":null,"id":"b"}"#);
    assert_eq!(path, "id");
    assert!(message.starts_with("duplicate field `id`"), "{message}");
    let (path, message) = fault(r#"{"labels":{"x":[],"x":[]}}"#);
    // A free key may be a secret.
    assert_eq!(path, "labels.*");
    assert!(message.starts_with("a key appears twice"), "{message}");
}

#[test]
fn the_whole_must_be_of_its_type_and_an_error_shows_no_value() {
    let (path, message) = fault("[]");
    assert_eq!(
        (path.as_str(), message.as_str()),
        (".", "expected an object, found an array")
    );
    let (path, message) = fault(r#"{"id":"a"} x"#);
    assert_eq!(path, ".");
    assert!(message.contains("trailing characters"), "{message}");
    let (path, message) = fault(r#"{"children":[{},{"parent":{"id":"s3cret}}]}"#);
    assert_eq!(path, "children[1].parent.id");
    assert!(!message.contains("s3cret"), "{message}");
    let list = model::from_slice::<Vec<Node>>(br#"[{"id":"a"},null,"s3cret"]"#);
    let (path, error) = list.expect_err("no list of nodes");
    assert_eq!(path.to_string(), "[2]");
    assert_eq!(error.to_string(), "a string is not of the documented type");
    let list = model::from_slice::<Vec<Node>>(br#"[{"id":"a"},null]"#).expect("a list");
    assert_eq!(list.len(), 1);
}

#[test]
fn debug_shows_the_fields_that_are_set() {
    let node = read(r#"{"id":"a","state":"ACTIVE","children":[{"isEnabled":true}]}"#);
    assert_eq!(
        format!("{node:?}"),
        r#"Node { id: "a", state: "ACTIVE", children: [Node { enabled: true, .. }], .. }"#
    );
    assert_eq!(format!("{:?}", Empty::default()), "Empty");
    assert_eq!(
        format!("{:?}", read(r#"{"new":1}"#)),
        r#"Node { extra: {"new": Number(1)}, .. }"#
    );
}

#[test]
fn a_model_without_fields_takes_any_object() {
    let empty: Empty = serde_json::from_str(r#"{"x":1}"#).expect("an object");
    assert_eq!(serde_json::to_string(&empty).expect("JSON"), r#"{"x":1}"#);
}

#[test]
fn deep_json_is_an_error_and_no_overflow() {
    let json = r#"{"parent":"#.repeat(100_000);
    let (_, message) = fault(&json);
    assert!(message.contains("recursion limit"), "{message}");
}
