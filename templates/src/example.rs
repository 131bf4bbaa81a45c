//! Example values, as in the docs' own examples, and the example in an operation's documentation.
//! Pure.
//!
//! Values are Rust source text, not tokens, because documentation shows them unchanged.

use crate::doc::Doc;
use crate::example_body;
use crate::plan::{OperationPlan, PagePlan, ParameterPlan, Plan};
use spec::{Location, Scalar, Type};

/// Adds the example to an operation's documentation.
pub fn append(plan: &Plan<'_>, page: &PagePlan<'_>, planned: &OperationPlan<'_>, doc: &mut Doc) {
    let krate = &plan.krate;
    let mut bodies = String::new();
    for parameter in planned.required().filter(|it| holds_models(it)) {
        let ty = &parameter.parameter.ty;
        bodies.extend(example_body::statement(plan, ty, &parameter.name));
    }
    if bodies.contains("model!") {
        bodies.insert_str(0, &format!("use {krate}::{{model, models}};\n\n"));
    }
    let setter = planned
        .optional()
        .find(|parameter| parameter.parameter.location == Location::Query);
    let setter = setter.map(|parameter| format!("\n    .{}({})", parameter.name, value(parameter)));
    let binding = if planned.operation.returns.is_void() {
        ""
    } else {
        "let answer = "
    };
    let (handle, call) = (&page.module, call(planned));
    doc.markdown("# Example");
    doc.markdown(&format!(
        "```no_run\n\
         # async fn example(client: {krate}::Client) -> Result<(), {krate}::Error> {{\n\
         {bodies}{binding}client\n    .{handle}()\n    .{call}{}\n    .await?;\n\
         # Ok(()) }}\n\
         ```",
        setter.unwrap_or_default()
    ));
}

/// The call of the handle's method with its required parameters. A body with models is a variable with
/// the parameter's name.
pub fn call(planned: &OperationPlan<'_>) -> String {
    let arguments: Vec<String> = planned
        .required()
        .map(|parameter| {
            if holds_models(parameter) {
                format!("&{}", parameter.name)
            } else {
                value(parameter)
            }
        })
        .collect();
    format!("{}({})", planned.method, arguments.join(", "))
}

/// Whether [`call`] needs no variable.
pub fn is_plain(planned: &OperationPlan<'_>) -> bool {
    !planned.required().any(holds_models)
}

/// A body that is a model, or an array of them.
fn holds_models(plan: &ParameterPlan<'_>) -> bool {
    let parameter = plan.parameter;
    parameter.location.is_body() && parameter.ty.of_one_value().own_model().is_some()
}

/// An argument for the parameter, as Rust source.
pub fn value(plan: &ParameterPlan<'_>) -> String {
    let parameter = plan.parameter;
    let name = &parameter.name;
    let documented = documented(plan);
    match &parameter.ty {
        Type::Array(inner) if documented.is_empty() => format!("&[{}]", scalar(inner, None, name)),
        Type::Array(inner) => {
            let items = documented
                .iter()
                .map(|item| scalar(inner, Some(item), name));
            let mut items: Vec<String> = items.collect();
            // Elements of a slice are of one type.
            if documented
                .iter()
                .any(|item| matches!(item, Scalar::Number(_)))
            {
                let whole = items.iter_mut().zip(&documented);
                let whole = whole.filter(|(_, item)| matches!(item, Scalar::Integer(_)));
                whole.for_each(|(text, _)| *text = format!("{}.0", text.trim_end_matches("i64")));
            }
            format!("&[{}]", items.join(", "))
        }
        Type::Map(_) | Type::Model(_) if parameter.location.is_body() => {
            "&Default::default()".to_owned()
        }
        Type::Map(_) | Type::Model(_) | Type::Object | Type::Void => {
            "&serde_json::json!({})".to_owned()
        }
        ty @ (Type::String
        | Type::Integer
        | Type::Number
        | Type::Boolean
        | Type::Date
        | Type::DateTime) => scalar(ty, documented.first().copied(), name),
    }
}

/// The documented values for the example: the default, otherwise the first of the values. Empty if that
/// is not of the parameter's type.
pub fn documented<'a>(plan: &ParameterPlan<'a>) -> Vec<&'a Scalar> {
    let parameter = plan.parameter;
    let (ty, is_list) = (parameter.ty.of_one_value(), parameter.ty.is_list());
    let default: Vec<&Scalar> = match &parameter.default {
        Some(Scalar::List(items)) if is_list => items.iter().collect(),
        Some(default) if !is_list => vec![default],
        _ => Vec::new(),
    };
    let first = parameter.values.first();
    let mut values = if default.is_empty() {
        first.into_iter().collect()
    } else {
        default
    };
    values.retain(|value| is_of(value, ty));
    values
}

fn is_of(value: &Scalar, ty: &Type) -> bool {
    match ty {
        // An empty text may be refused, and a list is no text.
        Type::String => !matches!(value, Scalar::List(_)) && !value.to_string().is_empty(),
        Type::Integer => matches!(value, Scalar::Integer(_)),
        Type::Number => match value {
            Scalar::Integer(_) => true,
            Scalar::Number(value) => value.is_finite(),
            Scalar::String(_) | Scalar::Boolean(_) | Scalar::List(_) => false,
        },
        Type::Boolean => matches!(value, Scalar::Boolean(_)),
        Type::Date
        | Type::DateTime
        | Type::Object
        | Type::Void
        | Type::Model(_)
        | Type::Array(_)
        | Type::Map(_) => false,
    }
}

fn scalar(ty: &Type, documented: Option<&Scalar>, name: &str) -> String {
    let or = |default: &str| documented.map_or_else(|| default.to_owned(), Scalar::to_string);
    match ty {
        Type::String => format!("{:?}", or(&format!("{name}_example"))),
        Type::Integer => or("1"),
        Type::Number => match documented {
            Some(Scalar::Integer(value)) if i32::try_from(*value).is_err() => format!("{value}i64"),
            Some(Scalar::Number(value)) => format!("{value:?}"),
            Some(_) | None => or("3.4"),
        },
        Type::Boolean => or("true"),
        Type::Date => "\"2013-10-20\".parse().expect(\"a date\")".to_owned(),
        Type::DateTime => "\"2013-10-20T18:20:30Z\".parse().expect(\"a time\")".to_owned(),
        Type::Object | Type::Void | Type::Map(_) | Type::Model(_) | Type::Array(_) => {
            "serde_json::json!({})".to_owned()
        }
    }
}
