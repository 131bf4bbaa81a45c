//! Example bodies: the required fields and one optional one. Pure.
//!
//! They are Rust source text, like all examples. A model that requires itself ends at [`DEEPEST`].

use crate::names;
use crate::plan::Plan;
use crate::rust_type::ident;
use spec::{Field, Model, Scalar, Type};

/// The depth at which a body ends: deeper ones do not explain more.
const DEEPEST: usize = 4;
/// Fields that the server sets, so that bodies rarely have them.
const GIVEN: [&str; 3] = ["id", "selfUri", "version"];
/// Fields of a model stand on one line up to this width.
const WIDTH: usize = 60;

/// The statement that makes the variable `name` of a model, or of an array of models.
pub fn statement(plan: &Plan<'_>, ty: &Type, name: &str) -> Option<String> {
    match ty {
        Type::Model(model) => Some(format!("let {name} = {};\n", whole(plan, model))),
        Type::Array(inner) => {
            let model = inner.model()?;
            Some(format!("let {name} = [{}];\n", whole(plan, model)))
        }
        Type::String
        | Type::Integer
        | Type::Number
        | Type::Boolean
        | Type::Date
        | Type::DateTime
        | Type::Object
        | Type::Void
        | Type::Map(_) => None,
    }
}

fn whole(plan: &Plan<'_>, name: &str) -> String {
    match described(plan, name) {
        Some(model) => format!(
            "model!(models::{} {})",
            names::model(name),
            members(plan, model, 0)
        ),
        None => "serde_json::json!({})".to_owned(),
    }
}

fn described<'a>(plan: &'a Plan<'_>, name: &str) -> Option<&'a Model> {
    let found = plan.input.api.models.get(name);
    found.filter(|model| !model.opaque)
}

/// The fields in braces, as `model!` takes them.
fn members(plan: &Plan<'_>, model: &Model, depth: usize) -> String {
    let names = names::fields(&model.fields);
    let optional = if depth == 0 { optional(model) } else { None };
    let fields = model.fields.iter().zip(names).enumerate();
    let shown = fields.filter(|(index, (field, _))| {
        depth < DEEPEST && (field.required || Some(*index) == optional)
    });
    let members: Vec<String> = shown
        .map(|(_, (field, name))| {
            let value = value(plan, &field.ty, &field.values, &field.name, depth + 1);
            format!("{}: {value}", ident(&name))
        })
        .collect();
    let line = members.join(", ");
    if members.is_empty() {
        "{}".to_owned()
    } else if line.len() <= WIDTH && !line.contains('\n') {
        format!("{{ {line} }}")
    } else {
        let indent = "    ".repeat(depth + 1);
        let lines = members.join(&format!(",\n{indent}"));
        let end = "    ".repeat(depth);
        format!("{{\n{indent}{lines},\n{end}}}")
    }
}

/// An optional field, preferably a scalar.
fn optional(model: &Model) -> Option<usize> {
    let fields = model.fields.iter().enumerate();
    let optional = fields.filter(|(_, field)| is_optional(field));
    let has_parts = |ty: &Type| ty.is_list() || ty.own_model().is_some();
    optional
        .min_by_key(|(_, field)| has_parts(&field.ty))
        .map(|(index, _)| index)
}

fn is_optional(field: &Field) -> bool {
    let is_free = match field.ty {
        Type::Object | Type::Void | Type::Map(_) => true,
        Type::String
        | Type::Integer
        | Type::Number
        | Type::Boolean
        | Type::Date
        | Type::DateTime
        | Type::Model(_)
        | Type::Array(_) => false,
    };
    !(is_free || field.required || GIVEN.contains(&field.wire_name()))
}

/// A value as `model!` takes it.
fn value(plan: &Plan<'_>, ty: &Type, values: &[Scalar], name: &str, depth: usize) -> String {
    match ty {
        Type::String => format!("{:?}", text(values, name)),
        Type::Integer => "1".to_owned(),
        Type::Number => "3.4".to_owned(),
        Type::Boolean => "true".to_owned(),
        Type::Date => "jiff::civil::date(2013, 10, 20)".to_owned(),
        Type::DateTime => "jiff::Timestamp::now()".to_owned(),
        Type::Object | Type::Void => "serde_json::json!({})".to_owned(),
        Type::Map(_) => "std::collections::BTreeMap::new()".to_owned(),
        Type::Array(inner) => format!("[{}]", value(plan, inner, values, name, depth)),
        Type::Model(name) => match described(plan, name) {
            Some(model) => members(plan, model, depth),
            None => "serde_json::json!({})".to_owned(),
        },
    }
}

fn text(values: &[Scalar], name: &str) -> String {
    let documented = values.iter().find(|it| matches!(it, Scalar::String(_)));
    documented.map_or_else(|| format!("{name}_example"), ToString::to_string)
}
