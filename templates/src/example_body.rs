//! A body as an example makes it: with what it must hold, and one thing that it may. Touches nothing.
//!
//! Rust source text, as all examples are. A model that must hold itself has no finite value; then
//! there is no example, and the reader is left with a variable.

use crate::names;
use crate::plan::Plan;
use crate::rust_type::ident;
use spec::{Field, Model, Scalar, Type};

/// Deeper bodies say nothing more of how one is made.
const DEEPEST: usize = 4;
/// What the server gives, so that a body seldom holds it.
const GIVEN: [&str; 3] = ["id", "selfUri", "version"];

/// The statements that make the variable `name` of a model, or of an array of models.
pub fn statements(plan: &Plan<'_>, ty: &Type, name: &str) -> Option<String> {
    let Type::Model(model) = ty else {
        let Type::Array(inner) = ty else {
            return None;
        };
        let item = value(plan, inner, &[], name, 0)?;
        return Some(format!("let {name} = [{item}];\n"));
    };
    let made = value(plan, ty, &[], name, 0)?;
    let optional = described(plan, model).and_then(|model| optional(plan, model));
    Some(match optional {
        None => format!("let {name} = {made};\n"),
        Some((field, value)) => {
            format!("let mut {name} = {made};\n{name}.{field} = Some({value});\n")
        }
    })
}

fn described<'a>(plan: &'a Plan<'_>, name: &str) -> Option<&'a Model> {
    let found = plan.input.api.models.get(name);
    found.filter(|model| !model.opaque)
}

/// A field that a body may hold, and a value for it; a scalar, if there is one.
fn optional(plan: &Plan<'_>, model: &Model) -> Option<(String, String)> {
    let names = names::fields(&model.fields);
    let fields = model.fields.iter().zip(names);
    let mut fields: Vec<_> = fields.filter(|(field, _)| is_optional(field)).collect();
    fields.sort_by_key(|(field, _)| matches!(field.ty, Type::Model(_) | Type::Array(_)));
    fields.into_iter().find_map(|(field, name)| {
        let value = owned(plan, &field.ty, &field.values, &field.name, 0)?;
        let value = match field.ty {
            Type::Model(_) => format!("Box::new({value})"),
            _ => value,
        };
        Some((ident(&name).to_string(), value))
    })
}

fn is_optional(field: &Field) -> bool {
    let is_free = matches!(field.ty, Type::Object | Type::Void | Type::Map(_));
    !(is_free || field.required || GIVEN.contains(&field.wire_name()))
}

/// A value as the argument of `new`, which takes anything that becomes a text.
fn value(
    plan: &Plan<'_>,
    ty: &Type,
    values: &[Scalar],
    name: &str,
    depth: usize,
) -> Option<String> {
    match ty {
        Type::String => Some(format!("{:?}", text(values, name))),
        _ => owned(plan, ty, values, name, depth),
    }
}

/// A value of just that type.
fn owned(
    plan: &Plan<'_>,
    ty: &Type,
    values: &[Scalar],
    name: &str,
    depth: usize,
) -> Option<String> {
    Some(match ty {
        Type::String => format!("{:?}.into()", text(values, name)),
        Type::Integer => "1".to_owned(),
        Type::Number => "3.4".to_owned(),
        Type::Boolean => "true".to_owned(),
        Type::Date => "\"2013-10-20\".parse().expect(\"a date\")".to_owned(),
        Type::DateTime => "\"2013-10-20T18:20:30Z\".parse().expect(\"a time\")".to_owned(),
        Type::Object | Type::Void => "serde_json::json!({})".to_owned(),
        Type::Map(_) => "std::collections::BTreeMap::new()".to_owned(),
        Type::Array(inner) => format!("vec![{}]", owned(plan, inner, values, name, depth)?),
        Type::Model(name) => return made(plan, name, depth),
    })
}

fn text(values: &[Scalar], name: &str) -> String {
    let documented = values.iter().find(|it| matches!(it, Scalar::String(_)));
    documented.map_or_else(|| format!("{name}_example"), ToString::to_string)
}

fn made(plan: &Plan<'_>, name: &str, depth: usize) -> Option<String> {
    let Some(model) = described(plan, name) else {
        return Some("serde_json::json!({})".to_owned());
    };
    let path = format!("models::{}", names::model(name));
    let required = model.fields.iter().filter(|field| field.required);
    let arguments: Option<Vec<String>> = required
        .map(|field| {
            let deeper = depth < DEEPEST;
            let argument = || value(plan, &field.ty, &field.values, &field.name, depth + 1);
            deeper.then(argument).flatten()
        })
        .collect();
    let arguments = arguments?;
    let line = arguments.join(", ");
    Some(if arguments.is_empty() {
        format!("{path}::default()")
    } else if line.len() <= 60 {
        format!("{path}::new({line})")
    } else {
        let indent = "    ".repeat(depth + 1);
        let lines = arguments.join(&format!(",\n{indent}"));
        let end = "    ".repeat(depth);
        format!("{path}::new(\n{indent}{lines},\n{end})")
    })
}
