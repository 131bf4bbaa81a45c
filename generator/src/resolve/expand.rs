//! Compares documented values of `expand` with the returned model. `expand` names fields that the
//! answer leaves out by default, so callers cannot read a value that has no field.

use super::described::Described;
use super::settled::SettledPage;
use crate::diagnostic::{Code, Diagnostic};
use spec::{Model, Operation, Scalar};

const EXPAND: &str = "expand";

pub(super) fn check(settled: &SettledPage, models: &Described) -> Vec<Diagnostic> {
    let operations = settled.page.operations.iter().zip(&settled.places);
    let mut found = Vec::new();
    for (operation, places) in operations {
        let parameters = operation.parameters.iter().zip(&places.parameters);
        for (parameter, place) in parameters.filter(|(it, _)| it.name == EXPAND) {
            for value in unknown(operation, &parameter.values, models) {
                let (id, returned) = (&operation.id, &operation.returns);
                let message =
                    format!("{id} can expand `{value}`, but {returned} has no such field");
                found.push(Diagnostic::new(
                    Code::UnknownExpand,
                    message,
                    settled.span(place),
                ));
            }
        }
    }
    found
}

/// The values that are not fields of the returned model, nor of the model that it lists. Only the
/// first word of a dotted value counts.
fn unknown<'v>(operation: &Operation, values: &'v [Scalar], models: &Described) -> Vec<&'v str> {
    let Some(returned) = operation.returns.model().and_then(|name| models.get(name)) else {
        return Vec::new();
    };
    let listed = returned
        .fields
        .iter()
        .filter(|field| field.ty.element().is_some());
    let items = listed.filter_map(|field| models.get(field.ty.model()?));
    let shown: Vec<&Model> = items.chain([returned]).collect();
    let is_field = |word: &str| {
        let fields = shown.iter().flat_map(|model| &model.fields);
        fields
            .map(spec::Field::wire_name)
            .any(|wire| wire.eq_ignore_ascii_case(word))
    };
    let texts = values.iter().filter_map(|value| match value {
        Scalar::String(text) => Some(text.as_str()),
        _ => None,
    });
    texts
        .filter(|text| !is_field(text.split('.').next().unwrap_or(text)))
        .collect()
}
