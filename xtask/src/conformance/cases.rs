//! What both sides are called with: per operation, named sets of arguments. Pure.
//!
//! Each awkward set changes every argument that its flavour concerns. Values that the client
//! refuses change one argument alone, because a refused call shows nothing of its other arguments.

use super::values::{self, FLAVOURS, Maker, PAGE};
use serde::Serialize;
use serde_json::{Map, Value, json};
use spec::{Api, Location, Operation, Parameter, Type};
use std::collections::BTreeMap;

/// An operation and what it is called with. The node half reads it as JSON.
#[derive(Clone, Debug, Serialize)]
pub struct OperationCases<'a> {
    /// The page, which is the SDK's class too.
    pub api: &'a str,
    /// The operation, which is the class's method too.
    pub id: &'a str,
    /// Names of the required parameters, in documented order.
    pub positional: Vec<&'a str>,
    /// Names of parameters that the SDK takes as `Date`.
    pub dates: Vec<&'a str>,
    /// The sets.
    pub sets: Vec<ArgumentSet>,
    /// What the page says of it.
    #[serde(skip)]
    pub operation: &'a Operation,
}

/// Arguments by documented name.
#[derive(Clone, Debug, Serialize)]
pub struct ArgumentSet {
    /// Shown in the table.
    pub name: String,
    /// The arguments that are given.
    pub args: Map<String, Value>,
}

/// The pages' own example values as JavaScript: page, operation, parameter.
pub type Examples = BTreeMap<(String, String, String), String>;

/// Every operation with its sets, in the order of the IR.
pub fn cases<'a>(api: &'a Api, examples: &Examples) -> Vec<OperationCases<'a>> {
    let of_page = |page: &'a spec::Page| {
        let operations = page.operations.iter();
        operations.map(move |operation| OperationCases {
            api: &page.api,
            id: &operation.id,
            positional: names(operation, |parameter| parameter.required),
            dates: names(operation, |parameter| parameter.ty.is_date_time()),
            sets: sets(api, &page.api, operation, examples),
            operation,
        })
    };
    api.pages.iter().flat_map(of_page).collect()
}

fn names(operation: &Operation, wanted: impl Fn(&Parameter) -> bool) -> Vec<&str> {
    let parameters = operation.parameters.iter();
    parameters
        .filter(|parameter| wanted(parameter))
        .map(|parameter| parameter.name.as_str())
        .collect()
}

fn sets(api: &Api, page: &str, operation: &Operation, examples: &Examples) -> Vec<ArgumentSet> {
    let plain = page_values(api, page, operation, examples);
    let mut sets = vec![ArgumentSet {
        name: PAGE.name.to_owned(),
        args: plain.clone(),
    }];
    if operation
        .parameters
        .iter()
        .any(|parameter| !parameter.required)
    {
        sets.push(ArgumentSet {
            name: "required only".to_owned(),
            args: required(operation, &plain),
        });
    }
    for flavour in FLAVOURS {
        let mut args = plain.clone();
        for parameter in &operation.parameters {
            let value = |flavour| {
                let maker = Maker { api, flavour };
                maker.value(&parameter.name, &parameter.ty, &parameter.values)
            };
            let awkward = value(flavour);
            if awkward != value(PAGE) {
                args.insert(parameter.name.clone(), awkward);
            }
        }
        if args != plain {
            sets.push(ArgumentSet {
                name: flavour.name.to_owned(),
                args,
            });
        }
    }
    for parameter in &operation.parameters {
        for (what, value) in alone(parameter) {
            let mut args = required(operation, &plain);
            args.insert(parameter.name.clone(), value);
            sets.push(ArgumentSet {
                name: format!("{what}: {}", parameter.name),
                args,
            });
        }
    }
    sets
}

/// The page's example, else the documented default, else a value of the type.
fn page_values(
    api: &Api,
    page: &str,
    operation: &Operation,
    examples: &Examples,
) -> Map<String, Value> {
    let maker = Maker { api, flavour: PAGE };
    let value = |parameter: &Parameter| {
        let key = (
            page.to_owned(),
            operation.id.clone(),
            parameter.name.clone(),
        );
        let example = examples
            .get(&key)
            .and_then(|source| values::example(source, &parameter.ty, parameter.location));
        let default = || parameter.default.as_ref().map(|default| json!(default));
        example
            .or_else(default)
            .unwrap_or_else(|| maker.value(&parameter.name, &parameter.ty, &parameter.values))
    };
    let parameters = operation.parameters.iter();
    parameters
        .map(|parameter| (parameter.name.clone(), value(parameter)))
        .collect()
}

fn required(operation: &Operation, args: &Map<String, Value>) -> Map<String, Value> {
    let mut args = args.clone();
    args.retain(|name, _| {
        let mut parameters = operation.parameters.iter();
        parameters.any(|parameter| parameter.required && parameter.name == *name)
    });
    args
}

/// Values that the client may refuse, for one parameter.
fn alone(parameter: &Parameter) -> Vec<(&'static str, Value)> {
    match (parameter.location, &parameter.ty) {
        (Location::Path, Type::String) => vec![
            ("empty path value", json!("")),
            ("dot in a path", json!(".")),
            ("dots in a path", json!("..")),
        ],
        (Location::Query | Location::Header, Type::String) => vec![("empty text", json!(""))],
        (_, Type::Array(inner)) if inner.is_text() => vec![
            ("empty list", json!([])),
            ("empty element", json!(["", "b"])),
        ],
        (_, Type::Array(_)) => vec![("empty list", json!([]))],
        (Location::Body, Type::Object) => vec![("empty object", json!({}))],
        (Location::Body, Type::String)
        | (Location::Path | Location::Query | Location::Header, Type::Object)
        | (
            _,
            Type::Integer
            | Type::Number
            | Type::Boolean
            | Type::Date
            | Type::DateTime
            | Type::Void
            | Type::Model(_)
            | Type::Map(_),
        ) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE_IR: &str = "format: 1\napi: AApi\nbase_url: https://x\noperations:\n- id: putX\n  method: PUT\n  \
        path: /x/{a}\n  parameters:\n  - { name: a, in: path, type: string, required: true }\n  \
        - { name: ids, in: query, type: [string] }\n  \
        - { name: count, in: query, type: number, default: 25 }\n  \
        - { name: state, in: query, type: string, values: [on, off] }\n  \
        - { name: since, in: query, type: date-time }\n  \
        - { name: body, in: body, type: M, required: true }\n  returns: void\n";
    const MODELS_IR: &str = "format: 1\nmodels:\n- name: M\n  fields:\n  \
        - { name: flag, type: boolean }\n  - { name: self, type: M, required: true }\n  \
        - { name: others, type: [N] }\n- name: N\n  fields:\n  - { name: text, type: string }\n  \
        - { name: deep, type: N }\n";

    fn api(models: &str) -> Api {
        Api {
            pages: vec![spec::yaml::parse_page(PAGE_IR).expect("an IR")],
            models: spec::yaml::parse_models(models).expect("an IR"),
            topics: Vec::new(),
        }
    }

    #[test]
    fn sets_of_an_operation() {
        let models = MODELS_IR.replace(", required: true", "");
        let api = api(&models);
        let key = |name: &str| ("AApi".to_owned(), "putX".to_owned(), name.to_owned());
        let examples = Examples::from([
            (key("a"), "\"a_example\"".to_owned()),
            (key("ids"), "[\"ids_example\"]".to_owned()),
            (key("count"), "\"no number\"".to_owned()),
            (key("body"), "{}".to_owned()),
        ]);
        let cases = cases(&api, &examples);
        let lines: Vec<String> = cases[0]
            .sets
            .iter()
            .filter(|set| set.name != "long list")
            .map(|set| format!("{}: {}", set.name, Value::Object(set.args.clone())))
            .collect();
        insta::assert_snapshot!(lines.join("\n"));
        let long = cases[0].sets.iter().find(|set| set.name == "long list");
        let ids = long.and_then(|set| set.args["ids"].as_array());
        assert_eq!(ids.map(Vec::len), Some(200));
    }

    /// A model that must hold itself has no finite value, but making one ends.
    #[test]
    fn a_model_that_holds_itself() {
        let api = api(MODELS_IR);
        assert!(!cases(&api, &Examples::new())[0].sets.is_empty());
    }
}
