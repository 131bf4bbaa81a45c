//! Every topic of the corpus: rendered, compiled, and an event of each decoded.
//!
//! The event is made from the fields of its model, and the decoded body must give the same JSON again, so
//! a field that is lost or read as another type shows. It compiles a client with the models of all
//! events, so it runs where `EVENTS_CORPUS` is set:
//! `EVENTS_CORPUS=1 cargo test -p xtask --test topics -- --ignored --nocapture`.

mod common;

use common::Place;
use serde_json::{Map, Value, json};
use spec::{Api, Model, Scalar, Type};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Optional fields are given down to here, required ones always.
const DEPTH: usize = 4;

/// The notice that the service will close a socket: the client moves and gives no event, so there is none to decode.
const CLOSING: &str = "v2.system.socket_closing";

#[test]
#[ignore = "needs the folder `shared`"]
fn an_event_of_each_topic_of_the_corpus_is_decoded() {
    if std::env::var_os("EVENTS_CORPUS").is_none() {
        eprintln!("skipped: set EVENTS_CORPUS=1 to compile the models of all events");
        return;
    }
    let place = Place::empty();
    let corpus = shared().join("corpus");
    copy(&corpus.join("js-252"), &place.path("spec/docs"));
    copy(
        &corpus.join("typed-java-252"),
        &place.path("spec/docs/typed"),
    );
    let topics = fs::read(corpus.join("notificationMappings-252.json"));
    place.put(
        "spec/docs/notifications.json",
        topics.expect("the corpus has it"),
    );
    let ended = place.regen(&[]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let api = Api {
        topics: spec::yaml::parse_topics(&place.text("spec/ir/topics.yaml")).expect("an IR"),
        models: spec::yaml::parse_models(&place.text("spec/ir/models.yaml")).expect("an IR"),
        pages: Vec::new(),
    };
    place.put("out/tests/topics.rs", decoding(&api));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::copy(root.join("Cargo.lock"), place.path("out/Cargo.lock")).expect("it is checked in");
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args([
            "test",
            "--features",
            "mock,events,event-models",
            "--test",
            "topics",
        ])
        .arg("--target-dir")
        .arg(root.join("target/sdk"))
        .current_dir(place.path("out"));
    let status = cargo.status().expect("cargo runs");
    assert!(status.success(), "an event is not decoded");
    println!("{} topics, {CLOSING} left out", api.topics.len());
}

fn shared() -> PathBuf {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    std::env::var_os("SHARED_DIR").map_or(default, PathBuf::from)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a temporary folder");
    for entry in fs::read_dir(from).expect("the corpus has it") {
        let entry = entry.expect("it can be read");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("a temporary folder");
    }
}

/// A test of the client that subscribes to every topic and decodes an event of each.
fn decoding(api: &Api) -> String {
    let mut checks = String::new();
    let functions = templates::topic_functions(api);
    for (topic, function) in api.topics.iter().zip(functions) {
        if topic.topic == CLOSING {
            continue;
        }
        let ids = topic.topic.matches('{').count();
        let arguments = vec!["\"7c0e\""; ids].join(", ");
        let kind = function.trim_end_matches('_').to_uppercase();
        let body = value(api, &topic.model, 0).to_string();
        writeln!(
            checks,
            "    check(&client, &service, topics::{function}({arguments}), topics::{kind}, {body:?}).await;"
        )
        .expect("a String takes everything");
    }
    format!("{HEAD}{checks}}}\n")
}

const HEAD: &str = r#"
use genesys_cloud::mock::Mock;
use genesys_cloud::{Client, MockNotifications, Notification, Topic, TopicKind, topics};
use std::sync::Arc;

async fn check<T: serde::de::DeserializeOwned + serde::Serialize>(
    client: &Client,
    service: &MockNotifications,
    topic: Topic,
    kind: TopicKind<T>,
    body: &str,
) {
    let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
    let name = topic.name().to_owned();
    let stream = client.events().subscribe([topic.clone()]).await;
    let mut stream = stream.unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(service.publish(&name, &body), 1, "{name}");
    match stream.next().await {
        Some(Notification::Event(event)) => {
            let decoded = event.decode(kind).expect("an event of that kind");
            let decoded = decoded.unwrap_or_else(|error| panic!("{name}: {error}: {body}"));
            let again = serde_json::to_value(&decoded).expect("it can be written");
            assert_eq!(again, body, "{name}");
            assert_eq!(event.topic(), &topic);
        }
        other => panic!("{name}: {other:?}"),
    }
    stream.close().await;
}

#[tokio::test]
async fn every_topic() {
    let mock = Mock::new();
    let service = mock.notifications();
    let client = Client::builder().transport(Arc::new(mock.clone())).access_token("t");
    let client = client.build().expect("the settings are right");
"#;

/// A value of that type, as the service would send it.
fn value(api: &Api, ty: &Type, depth: usize) -> Value {
    match ty {
        Type::String => json!("text"),
        Type::Integer => json!(7),
        Type::Number => json!(1.5),
        Type::Boolean => json!(true),
        Type::Date => json!("2026-01-02"),
        Type::DateTime => json!("2026-01-02T03:04:05.678Z"),
        Type::Object => json!({ "key": "value" }),
        Type::Void => Value::Null,
        Type::Array(inner) => json!([value(api, inner, depth + 1)]),
        Type::Map(inner) => json!({ "key": value(api, inner, depth + 1) }),
        Type::Model(name) => match api.models.get(name).filter(|model| !model.opaque) {
            Some(model) => object(api, model, depth),
            None => json!({ "key": "value" }),
        },
    }
}

fn object(api: &Api, model: &Model, depth: usize) -> Value {
    let fields = model.fields.iter();
    let fields = fields.filter(|field| field.required || depth < DEPTH);
    let members = fields.map(|field| {
        let value = match (field.values.first(), &field.ty) {
            (Some(first), Type::Array(_)) => json!([scalar(first)]),
            (Some(first), _) => scalar(first),
            (None, ty) => value(api, ty, depth + 1),
        };
        (field.wire_name().to_owned(), value)
    });
    Value::Object(members.collect::<Map<_, _>>())
}

fn scalar(scalar: &Scalar) -> Value {
    serde_json::to_value(scalar).expect("a scalar can be written")
}
