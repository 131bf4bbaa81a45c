//! `tests/requests`: calls every operation with all its parameters and the values of the docs' own
//! examples, and compares with the expected request. Pure.
//!
//! The same values are secrets that are planted, in every type that only a rendered client has: `plant` names
//! them, and the test reads the public types from the sources.
//!
//! The expected requests are rendered from the IR by code of their own, which shares nothing with the
//! client's methods, types and encoding. So the crate's tests need nothing from outside. Those of the
//! seed page are a snapshot that people review. The files are text, not tokens: a line per operation
//! needs no formatter.

use crate::plan::{OperationPlan, PagePlan, ParameterPlan, Plan};
use crate::print::{self, RenderedFile};
use crate::{example, models, models_item, names};
use spec::{Location, Scalar, Type};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Renders the root of the test.
pub fn root(plan: &Plan<'_>) -> RenderedFile {
    let mut modules = String::new();
    for page in &plan.pages {
        let (feature, module) = (&page.feature, &page.module);
        let _ = write!(
            modules,
            "\n#[cfg(feature = \"{feature}\")]\nmod {module};\n"
        );
    }
    let allow = "a client without a page or model does not use all of it";
    let text = format!(
        "//! Every operation makes the request that the docs describe, and nothing shows what is planted in it.\n\n\
         #![allow(dead_code, unused_imports, unused_macros, reason = \"{allow}\")]\n{modules}{}{}",
        include_str!("../client/requests.rs").replace("{krate}", &plan.krate),
        plant(plan)
    );
    print::text(
        "tests/requests/main.rs",
        "//",
        "templates/client/requests.rs",
        &text,
    )
}

/// The function that plants in every type, and whether the features are on that have all of them.
fn plant(plan: &Plan<'_>) -> String {
    let krate = &plan.krate;
    let mut lines = String::new();
    let mut features: BTreeSet<&str> = BTreeSet::new();
    for page in &plan.pages {
        let (feature, module) = (page.feature.as_str(), &page.module);
        features.insert(feature);
        let _ = write!(
            lines,
            "    #[cfg(feature = \"{feature}\")]\n    {module}::plant();\n"
        );
    }
    for (model, module, of) in models::described(plan) {
        let cfg = format!("#[cfg({})]", condition("any", &of));
        features.extend(of);
        let name = names::model(&model.name);
        let _ = write!(
            lines,
            "    {cfg}\n    model::<{krate}::models::{name}>();\n"
        );
        for (name, _) in models_item::enums(model) {
            let _ = write!(
                lines,
                "    {cfg}\n    field_values::<{krate}::models::{module}::{name}>();\n"
            );
        }
    }
    let features: Vec<&str> = features.into_iter().collect();
    format!(
        "\n/// The features of all types are on.\nconst HAS_ALL: bool = cfg!({});\n\n\
         /// Plants in every type.\nfn plant() {{\n{lines}}}\n",
        condition("all", &features)
    )
}

/// Whether `any` or `all` of the features are on, for a `cfg`.
fn condition(of: &str, features: &[&str]) -> String {
    let quoted = features
        .iter()
        .map(|feature| format!("feature = \"{feature}\""));
    match &quoted.collect::<Vec<_>>()[..] {
        [feature] => feature.clone(),
        features => format!("{of}({})", features.join(", ")),
    }
}

/// Renders the test of a page.
pub fn page(plan: &Plan<'_>, page: &PagePlan<'_>) -> RenderedFile {
    let (krate, handle, api) = (&plan.krate, &page.module, &page.page.api);
    let mut calls = String::new();
    for planned in &page.operations {
        let call = call(plan, planned);
        let expected = literal(&request(plan, planned));
        let _ = write!(
            calls,
            "    check!(\n        api.{call},\n        {expected},\n    );\n"
        );
    }
    let mut values = String::new();
    for parameter in page
        .operations
        .iter()
        .flat_map(|planned| &planned.parameters)
    {
        if let Some(name) = &parameter.values {
            let _ = writeln!(
                values,
                "    crate::values::<{krate}::operations::{handle}::{name}>();"
            );
        }
    }
    let mut imports = String::new();
    if page
        .operations
        .iter()
        .any(|planned| planned.operation.deprecated)
    {
        imports.push_str(
            "#![allow(deprecated, reason = \"deprecated operations are tested too\")]\n\n",
        );
    }
    imports.push_str("use crate::{check, client");
    if calls.contains("&json::<") {
        imports.push_str(", json");
    }
    imports.push_str("};\n");
    if calls.contains("models::") {
        let _ = writeln!(imports, "use {krate}::models;");
    }
    let text = format!(
        "{imports}\n#[test]\nfn requests() {{\n    plant();\n}}\n\n\
         pub fn plant() {{\n    let api = client().{handle}();\n    crate::hides(&api);\n{calls}{values}}}\n"
    );
    let path = format!("tests/requests/{}.rs", page.module);
    print::text(&path, "//", &format!("docs/{api}.md"), &text)
}

fn call(plan: &Plan<'_>, planned: &OperationPlan<'_>) -> String {
    let arguments: Vec<String> = planned.required().map(|p| argument(plan, p)).collect();
    let mut call = format!("{}({})", planned.method, arguments.join(", "));
    for parameter in planned.optional() {
        let _ = write!(call, ".{}({})", parameter.name, argument(plan, parameter));
    }
    call
}

/// An argument; a body with models in it is read from the JSON that is expected.
fn argument(plan: &Plan<'_>, planned: &ParameterPlan<'_>) -> String {
    let parameter = planned.parameter;
    let ty = &parameter.ty;
    let is_shaped = ty.model().is_some() || (ty.is_object() && !ty.is_any_json());
    if parameter.location.is_body() && is_shaped {
        let json = literal(&json(plan, &parameter.ty, None, &parameter.name, 0));
        return format!("&json::<{}>({json})", type_path(&parameter.ty));
    }
    example::value(planned)
}

fn type_path(ty: &Type) -> String {
    match ty {
        Type::Model(name) => format!("models::{}", crate::names::model(name)),
        Type::Array(inner) => format!("Vec<{}>", type_path(inner)),
        Type::Map(inner) => format!("std::collections::BTreeMap<String, {}>", type_path(inner)),
        Type::String
        | Type::Integer
        | Type::Number
        | Type::Boolean
        | Type::Date
        | Type::DateTime
        | Type::Object
        | Type::Void => crate::rust_type::owned(ty).to_string().replace(' ', ""),
    }
}

/// Method, target, header fields by name, and the body.
fn request(plan: &Plan<'_>, planned: &OperationPlan<'_>) -> String {
    let operation = planned.operation;
    let mut target = planned.path.clone();
    let mut query: Vec<String> = Vec::new();
    let mut headers: Vec<String> = Vec::new();
    let mut body = None;
    for planned in planned.required().chain(planned.optional()) {
        let (parameter, wire) = (planned.parameter, planned.parameter.wire_name());
        let items = texts(planned);
        match parameter.location {
            Location::Path => {
                let value = encoded(&items.join(","));
                target = target.replacen(&format!("{{{wire}}}"), &value, 1);
            }
            Location::Header => {
                headers.push(format!(
                    "{}: {}",
                    wire.to_ascii_lowercase(),
                    items.join(",")
                ));
            }
            Location::Query if parameter.explode => {
                query.extend(
                    items
                        .iter()
                        .map(|item| format!("{}={}", encoded(wire), encoded(item))),
                );
            }
            Location::Query => {
                let items: Vec<String> = items.iter().map(|item| encoded(item)).collect();
                query.push(format!("{}={}", encoded(wire), items.join(",")));
            }
            Location::Body => {
                let documented = parameter.default.as_ref();
                body = Some(json(plan, &parameter.ty, documented, &parameter.name, 0));
            }
        }
    }
    if !query.is_empty() {
        target = format!("{target}?{}", query.join("&"));
    }
    if let Some(media_type) = &operation.produces {
        headers.push(format!("accept: {media_type}"));
    }
    if body.is_some() {
        headers.push("content-type: application/json".to_owned());
    }
    headers.sort();
    let mut out = format!("{} {target}", operation.method);
    for header in headers {
        let _ = write!(out, "\n{header}");
    }
    if let Some(body) = body {
        let _ = write!(out, "\n\n{body}");
    }
    out
}

/// The example's elements as they stand in a path, a query or a header field; one for a scalar.
fn texts(planned: &ParameterPlan<'_>) -> Vec<String> {
    let parameter = planned.parameter;
    let text = |ty: &Type, documented: Option<&Scalar>| match (ty, documented) {
        (Type::Integer | Type::Number | Type::Boolean | Type::String, Some(value)) => {
            value.to_string()
        }
        (Type::String, None) => format!("{}_example", parameter.name),
        (Type::Integer, None) => "1".to_owned(),
        (Type::Number, None) => "3.4".to_owned(),
        (Type::Boolean, None) => "true".to_owned(),
        (Type::Date, _) => "2013-10-20".to_owned(),
        (Type::DateTime, _) => "2013-10-20T18:20:30Z".to_owned(),
        (Type::Object | Type::Void | Type::Model(_) | Type::Array(_) | Type::Map(_), _) => {
            "{}".to_owned()
        }
    };
    match (&parameter.ty, example::documented(planned).as_slice()) {
        (Type::Array(inner), []) => vec![text(inner, None)],
        (Type::Array(inner), items) => items.iter().map(|item| text(inner, Some(item))).collect(),
        (ty, items) => vec![text(ty, items.first().copied())],
    }
}

/// The example as JSON; of a model the required fields, down to a limit.
fn json(
    plan: &Plan<'_>,
    ty: &Type,
    documented: Option<&Scalar>,
    name: &str,
    depth: usize,
) -> String {
    match (ty, documented) {
        (Type::String, Some(value)) => quoted(&value.to_string()),
        (Type::Integer | Type::Number | Type::Boolean, Some(value)) => value.to_string(),
        (Type::String, None) => quoted(&format!("{name}_example")),
        (Type::Integer, None) => "1".to_owned(),
        (Type::Number, None) => "3.4".to_owned(),
        (Type::Boolean, None) => "true".to_owned(),
        (Type::Date, _) => quoted("2013-10-20"),
        (Type::DateTime, _) => quoted("2013-10-20T18:20:30Z"),
        (Type::Object | Type::Void | Type::Map(_), _) => "{}".to_owned(),
        (Type::Array(inner), _) => format!("[{}]", json(plan, inner, documented, name, depth)),
        (Type::Model(model), _) => model_json(plan, model, depth),
    }
}

fn model_json(plan: &Plan<'_>, name: &str, depth: usize) -> String {
    // A model that requires itself has no example.
    const DEEPEST: usize = 8;
    let found = plan.input.api.models.get(name);
    let fields = found.map_or(&[][..], |model| &model.fields);
    let required = fields
        .iter()
        .filter(|field| field.required && depth < DEEPEST);
    let members: Vec<String> = required
        .map(|field| {
            let value = json(
                plan,
                &field.ty,
                field.values.first(),
                &field.name,
                depth + 1,
            );
            format!("{}:{value}", quoted(field.wire_name()))
        })
        .collect();
    format!("{{{}}}", members.join(","))
}

/// A string of RFC 8259.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            control if u32::from(control) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// Percent-encoded but for the unreserved characters of RFC 3986 section 2.3.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A Rust literal of the text: a raw one if it is easier to read.
fn literal(text: &str) -> String {
    let is_plain = text
        .chars()
        .all(|c| c == '\n' || !(c.is_control() || crate::doc::is_invisible(c)));
    if !is_plain || !text.contains(['"', '\\', '\n']) {
        return format!("{text:?}");
    }
    let mut hashes = String::from("#");
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
}
