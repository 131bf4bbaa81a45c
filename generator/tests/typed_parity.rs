//! Compares what the typed docs give, without an overlay, with the vendor's typed SDKs of the same
//! state of the API; and the Java docs alone with the JavaScript docs.
//!
//! Needs the folder at `SHARED_DIR` or beside the workspace: `cargo test -p generator -- --ignored`.

use generator::diagnostic::Severity;
use generator::extract;
use generator::resolve::Handmade;
use generator::source::SourceFile;
use serde_json::Value;
use spec::{Api, Location, Operation, Type};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn shared() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    std::env::var_os("SHARED_DIR").map_or(beside, PathBuf::from)
}

fn sources(folder: &str, prefix: &str) -> Vec<SourceFile> {
    let folder = shared().join("corpus").join(folder);
    let entries = fs::read_dir(&folder).expect("the corpus is there");
    let name = |entry: fs::DirEntry| entry.file_name().into_string().expect("plain names");
    let names = entries.map(|entry| name(entry.expect("the folder can be read")));
    let read = |name: String| SourceFile {
        text: fs::read_to_string(folder.join(&name)).expect("pages are text"),
        path: format!("{prefix}/{name}"),
    };
    names.map(read).collect()
}

/// Extracts pages without an overlay and fails on any error.
fn api(primary: &[SourceFile], typed: &[SourceFile]) -> Api {
    let handmade = Handmade {
        overlay: &spec::Overlay::default(),
        overlay_text: "",
        models: &spec::Models::default(),
        models_text: "",
    };
    let extracted = extract(primary, typed, None, &handmade);
    let is_error = |code: generator::diagnostic::Code| code.severity() == Severity::Error;
    let errors: Vec<_> = extracted
        .diagnostics
        .iter()
        .filter(|found| is_error(found.code))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    extracted.api
}

fn ty(value: &Value) -> Type {
    match value {
        Value::String(word) => Type::from_word(word),
        Value::Array(inner) => Type::Array(Box::new(ty(&inner[0]))),
        other => Type::Map(Box::new(ty(&other["string"]))),
    }
}

/// Equal, where a map of any values counts as an object.
fn is_same(ours: &Type, theirs: &Type) -> bool {
    let any_map = Type::Map(Box::new(Type::Object));
    ours == theirs || (*theirs == Type::Object && *ours == any_map)
}

/// What differs from the facts, by kind.
type Differences = BTreeMap<&'static str, Vec<String>>;

fn differences(api: &Api) -> Differences {
    let text = fs::read_to_string(shared().join("facts/typed-252.json")).expect("the facts");
    let facts: Value = serde_json::from_str(&text).expect("the facts are JSON");
    let mut wrong = Differences::new();
    operations(api, &facts, &mut wrong);
    models(api, &facts, &mut wrong);
    wrong
}

fn operations(api: &Api, facts: &Value, wrong: &mut Differences) {
    let operations = api.pages.iter().flat_map(|page| &page.operations);
    let ours: BTreeMap<String, &Operation> = operations
        .map(|operation| {
            (
                format!("{} {}", operation.method, operation.path),
                operation,
            )
        })
        .collect();
    for (key, fact) in facts["operations"].as_object().expect("a map") {
        let operation = ours[key];
        let body = operation
            .parameters
            .iter()
            .find(|p| p.location == Location::Body);
        let is_body_same = match (&fact["body"], body) {
            (Value::Null, body) => body.is_none(),
            (theirs, Some(body)) => is_same(&body.ty, &ty(theirs)),
            (_, None) => false,
        };
        if !is_body_same {
            wrong.entry("bodies").or_default().push(key.clone());
        }
        if !is_same(&operation.returns, &ty(&fact["returns"])) {
            wrong.entry("returns").or_default().push(key.clone());
        }
        for parameter in &operation.parameters {
            let name = format!("{} {}", parameter.location, parameter.wire_name());
            let theirs = &fact["params"][&name];
            if !theirs.is_null() && !is_same(&parameter.ty, &ty(theirs)) {
                wrong
                    .entry("parameters")
                    .or_default()
                    .push(format!("{key} {name}"));
            }
        }
    }
}

fn models(api: &Api, facts: &Value, wrong: &mut Differences) {
    for (name, fields) in facts["models"].as_object().expect("a map") {
        let model = api.models.models.iter().find(|model| model.name == *name);
        let model = model.unwrap_or_else(|| panic!("{name} is missing"));
        let fields = fields.as_object().expect("a map");
        for (wire, fact) in fields {
            let path = format!("{name}.{wire}");
            let Some(field) = model.fields.iter().find(|field| field.wire_name() == wire) else {
                wrong.entry("names").or_default().push(path);
                continue;
            };
            if !is_same(&field.ty, &ty(&fact["type"])) {
                wrong.entry("fields").or_default().push(path.clone());
            }
            let theirs = fact["values"].as_array().cloned().unwrap_or_default();
            let theirs: Vec<String> = theirs
                .iter()
                .map(|value| {
                    value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned)
                })
                .collect();
            let values: Vec<String> = field.values.iter().map(ToString::to_string).collect();
            if values != theirs {
                wrong.entry("values").or_default().push(path);
            }
        }
    }
}

/// Classes of Java that are texts; the facts name one of them as if it were a model.
const TEXTS: &str = "fields: the class `YearMonth`, which nothing describes, is a string here";

#[test]
#[ignore = "needs the folder `shared`"]
fn javascript_and_java_together_know_what_typed_sdks_know() {
    let api = api(
        &sources("js-252", "docs"),
        &sources("typed-java-252", "docs/typed"),
    );
    let wrong = differences(&api);
    let kinds: Vec<_> = wrong
        .iter()
        .map(|(kind, which)| (*kind, which.len()))
        .collect();
    assert_eq!(kinds, [("fields", 2)], "{TEXTS}: {wrong:?}");
}

#[test]
#[ignore = "needs the folder `shared`"]
fn javascript_and_python_together_know_the_types() {
    let api = api(
        &sources("js-252", "docs"),
        &sources("typed-python-252", "docs/typed"),
    );
    let wrong = differences(&api);
    for kind in ["bodies", "returns", "parameters"] {
        assert_eq!(wrong.get(kind), None);
    }
}

/// What decides the bytes of a request.
fn requests(api: &Api) -> BTreeMap<String, BTreeSet<String>> {
    let operations = api.pages.iter().flat_map(|page| &page.operations);
    let parameters = |operation: &Operation| {
        let parameters = operation.parameters.iter();
        parameters
            .map(|p| match p.location {
                Location::Body => "body".to_owned(),
                place => format!("{place} {} {}", p.wire_name(), p.ty.element().is_some()),
            })
            .collect()
    };
    operations
        .map(|o| (format!("{} {}", o.method, o.path), parameters(o)))
        .collect()
}

#[test]
#[ignore = "needs the folder `shared`"]
fn java_alone_sends_what_javascript_sends() {
    let java = api(&sources("typed-java-252", "docs"), &[]);
    let kinds: Vec<_> = differences(&java).into_keys().collect();
    assert_eq!(kinds, ["fields"], "{TEXTS}");
    let javascript = api(&sources("js-252", "docs"), &[]);
    let (java, javascript) = (requests(&java), requests(&javascript));
    let differing: Vec<_> = javascript
        .iter()
        .filter(|(key, parameters)| java.get(*key) != Some(parameters))
        .collect();
    assert!(differing.is_empty(), "{differing:#?}");
    assert_eq!(java.len(), javascript.len());
}
