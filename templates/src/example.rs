//! Example values as the docs' own examples have them, and the example in an operation's
//! documentation. Touches nothing.
//!
//! Values are Rust source text, not tokens: they stand in documentation as they are.

use crate::doc::Doc;
use crate::plan::{OperationPlan, PagePlan, ParameterPlan, Plan};
use spec::{Location, Scalar, Type};
use std::fmt::Write as _;

/// Adds the example to an operation's documentation.
pub fn append(plan: &Plan<'_>, page: &PagePlan<'_>, planned: &OperationPlan<'_>, doc: &mut Doc) {
    let krate = &plan.krate;
    let mut given = format!("client: {krate}::Client");
    let arguments: Vec<String> = planned
        .required()
        .map(|parameter| match model_body(parameter) {
            Some(ty) => {
                let _ = write!(given, ", {}: {krate}::{ty}", parameter.name);
                format!("&{}", parameter.name)
            }
            None => value(parameter),
        })
        .collect();
    let setter = planned
        .optional()
        .find(|p| p.parameter.location == Location::Query);
    let setter = setter.map(|p| format!("\n    .{}({})", p.name, value(p)));
    let binding = match planned.operation.returns {
        Type::Void => "",
        _ => "let answer = ",
    };
    let (handle, method, arguments) = (&page.module, &planned.method, arguments.join(", "));
    doc.markdown(&format!(
        "# Example\n\n\
         ```no_run\n\
         # async fn example({given}) -> Result<(), {krate}::Error> {{\n\
         {binding}client\n    .{handle}()\n    .{method}({arguments}){}\n    .await?;\n\
         # Ok(()) }}\n\
         ```",
        setter.unwrap_or_default()
    ));
}

/// The type of a body whose value an example leaves to the reader.
fn model_body(plan: &ParameterPlan<'_>) -> Option<String> {
    match (&plan.parameter.ty, plan.parameter.location) {
        (Type::Model(name), Location::Body) => {
            Some(format!("models::{}", crate::names::model(name)))
        }
        _ => None,
    }
}

/// An argument for the parameter, as Rust source.
pub fn value(plan: &ParameterPlan<'_>) -> String {
    let parameter = plan.parameter;
    let name = &parameter.name;
    match &parameter.ty {
        Type::Array(inner) => {
            let items = match &parameter.default {
                Some(Scalar::List(items)) if !items.is_empty() => items.as_slice(),
                _ => &[],
            };
            let mut items: Vec<String> = items
                .iter()
                .map(|item| scalar(inner, Some(item), name))
                .collect();
            if items.is_empty() {
                items.push(scalar(inner, parameter.values.first(), name));
            }
            format!("&[{}]", items.join(", "))
        }
        Type::Map(_) | Type::Model(_) if parameter.location == Location::Body => {
            "&Default::default()".to_owned()
        }
        Type::Map(_) | Type::Model(_) | Type::Object | Type::Void => {
            "&serde_json::json!({})".to_owned()
        }
        ty => scalar(
            ty,
            parameter.default.as_ref().or(parameter.values.first()),
            name,
        ),
    }
}

fn scalar(ty: &Type, documented: Option<&Scalar>, name: &str) -> String {
    match (ty, documented) {
        (Type::String, Some(value)) => format!("{:?}", value.to_string()),
        (Type::Integer, Some(Scalar::Integer(value))) => format!("{value}"),
        (Type::Number, Some(Scalar::Integer(value))) => match i32::try_from(*value) {
            Ok(value) => format!("{value}"),
            Err(_) => format!("{value}i64"),
        },
        (Type::Number, Some(Scalar::Number(value))) if value.is_finite() => format!("{value:?}"),
        (Type::Boolean, Some(Scalar::Boolean(value))) => format!("{value}"),
        (Type::String, None) => format!("{:?}", format!("{name}_example")),
        (Type::Integer, _) => "1".to_owned(),
        (Type::Number, _) => "3.4".to_owned(),
        (Type::Boolean, _) => "true".to_owned(),
        (Type::Date, _) => "\"2013-10-20\".parse().expect(\"a date\")".to_owned(),
        (Type::DateTime, _) => "\"2013-10-20T18:20:30Z\".parse().expect(\"a time\")".to_owned(),
        (Type::Object | Type::Void | Type::Map(_) | Type::Model(_) | Type::Array(_), _) => {
            "serde_json::json!({})".to_owned()
        }
    }
}
