//! The fields of one model, of which both versions tell.

use super::collector::{ChangeCollector, Impacts, sides, texts};
use super::context::Context;
use super::order;
use super::types::{includes, request_impact, response_impact};
use super::usage::ModelUse;
use super::values::{self, ValuesEvent, ValuesVerdict};
use super::verdict::{SeenByCallers, differ, variants};
use crate::change::{Id, Impact};
use crate::escape::code;
use spec::Field;
use std::collections::HashMap;
use templates::{FieldSurface, ModelSurface};

use Impact::{Breaking, Compatible, None as Unchanged};

/// Every change of the fields.
pub(super) fn compare(
    context: &Context<'_>,
    old: &[Field],
    new: &[Field],
    used: ModelUse,
    seen: SeenByCallers<'_, ModelSurface<'_>>,
    changes: &mut ChangeCollector,
) {
    let pairs = match_up(old, new);
    for &(before, after) in &pairs {
        let (was, is) = (&old[before], &new[after]);
        let seen = seen.field(&was.name, &is.name);
        changes.in_field(&is.name, |changes| {
            field_changed(context, was, is, used, seen, changes);
        });
    }
    for (index, field) in old.iter().enumerate() {
        if !pairs.iter().any(|(before, _)| *before == index) {
            changes.in_field(&field.name, |changes| field_removed(field, used, changes));
        }
    }
    for (index, field) in new.iter().enumerate() {
        if !pairs.iter().any(|(_, after)| *after == index) {
            changes.in_field(&field.name, |changes| field_added(field, used, changes));
        }
    }
    if let Some((before, after)) = order::traded(pairs, |after| &new[after].name) {
        changes.push(
            Id::FieldOrderChanged,
            sides(&before, &after),
            Impacts::NONE,
            "The docs list the fields in another order.".to_owned(),
        );
    }
}

/// By documented name, then by the key in JSON.
fn match_up(old: &[Field], new: &[Field]) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = Vec::with_capacity(new.len());
    let index = |fields: &[Field]| -> HashMap<String, usize> {
        fields
            .iter()
            .enumerate()
            .rev()
            .map(|(index, field)| (field.name.clone(), index))
            .collect()
    };
    let by_name = index(old);
    for (after, is) in new.iter().enumerate() {
        pairs.extend(by_name.get(&is.name).map(|&before| (before, after)));
    }
    for (after, is) in new.iter().enumerate() {
        if pairs.iter().any(|(_, other)| *other == after) {
            continue;
        }
        let found = (0..old.len()).find(|&before| {
            old[before].wire_name() == is.wire_name()
                && !pairs.iter().any(|(other, _)| *other == before)
        });
        pairs.extend(found.map(|before| (before, after)));
    }
    pairs
}

fn field_changed(
    context: &Context<'_>,
    old: &Field,
    new: &Field,
    used: ModelUse,
    seen: SeenByCallers<'_, FieldSurface<'_>>,
    changes: &mut ChangeCollector,
) {
    if old == new {
        return;
    }
    // Every fact is named, so that rustc asks here what becomes of a new one.
    let Field {
        name: _,
        wire: _,
        ty: _,
        required: _,
        values: _,
        description: _,
    } = new;
    named(old, new, used, seen, changes);
    required(old, new, used, changes);
    typed(context, old, new, used, seen, changes);
    values(old, new, used, seen, changes);
    if old.description != new.description {
        changes.push(
            Id::FieldDescriptionChanged,
            texts(&old.description, &new.description),
            Impacts::NONE,
            "Its description is worded differently.".to_owned(),
        );
    }
}

fn named(
    old: &Field,
    new: &Field,
    used: ModelUse,
    seen: SeenByCallers<'_, FieldSurface<'_>>,
    changes: &mut ChangeCollector,
) {
    if old.name != new.name {
        changes.push(
            Id::FieldRenamed,
            sides(&old.name, &new.name),
            Impacts::NONE,
            "The same key in JSON, of which the field's name in Rust is made, under another \
                 documented name."
                .to_owned(),
        );
    }
    if old.wire_name() != new.wire_name() {
        changes.push(
            Id::FieldWireNameChanged,
            sides(old.wire_name(), new.wire_name()),
            Impacts {
                wire: used.impact(Breaking, Breaking),
                rust: differ(&seen.was.name, &seen.is.name),
            },
            format!(
                "Its key in JSON is {} now, no longer {}, and the field's name in Rust is made \
                 of it. {}",
                code(new.wire_name()),
                code(old.wire_name()),
                used.sentence(
                    "the server does not know the old key",
                    "the old client does not see the new key"
                )
            ),
        );
    }
}

fn required(old: &Field, new: &Field, used: ModelUse, changes: &mut ChangeCollector) {
    // In Rust every field is an `Option`, also a required one.
    match (old.required, new.required) {
        (false, true) => changes.push(
            Id::FieldBecameRequired,
            sides("optional", "required"),
            Impacts {
                wire: used.impact(Breaking, Compatible),
                rust: Unchanged,
            },
            used.sentence(
                "a request without it is refused",
                "a response always has it",
            ),
        ),
        (true, false) => changes.push(
            Id::FieldBecameOptional,
            sides("required", "optional"),
            Impacts {
                wire: used.impact(Compatible, Breaking),
                rust: Unchanged,
            },
            used.sentence(
                "a request may leave it out",
                "a response may come without it",
            ),
        ),
        _ => {}
    }
}

fn typed(
    context: &Context<'_>,
    old: &Field,
    new: &Field,
    used: ModelUse,
    seen: SeenByCallers<'_, FieldSurface<'_>>,
    changes: &mut ChangeCollector,
) {
    if old.ty == new.ty {
        return;
    }

    let wire = used.impact(
        request_impact(context, &old.ty, &new.ty),
        response_impact(context, &old.ty, &new.ty),
    );
    let what = if includes(&new.ty, &old.ty) {
        "a wider"
    } else {
        "another"
    };
    changes.push(
        Id::FieldTypeChanged,
        sides(&old.ty, &new.ty),
        Impacts {
            wire,
            rust: differ(&seen.was.ty, &seen.is.ty),
        },
        format!(
            "It was {} and is {what} type, {}. The model is {}, and the field has another \
                 type in Rust.",
            code(&old.ty.to_string()),
            code(&new.ty.to_string()),
            used.words()
        ),
    );
}

fn values(
    old: &Field,
    new: &Field,
    used: ModelUse,
    seen: SeenByCallers<'_, FieldSurface<'_>>,
    changes: &mut ChangeCollector,
) {
    let used_in = used.words();
    let judge = |event: &ValuesEvent<'_>| match event {
        ValuesEvent::Listed => ValuesVerdict {
            id: Id::FieldBecameEnum,
            wire: used.impact(Breaking, Compatible),
            rust: differ(&seen.was.ty, &seen.is.ty),
            text: format!(
                "The docs list its values now; in Rust a text becomes an `Open` enum. The model \
                 is {used_in}."
            ),
        },
        ValuesEvent::Unlisted => ValuesVerdict {
            id: Id::FieldEnumRemoved,
            wire: used.impact(Compatible, Compatible),
            rust: differ(&seen.was.ty, &seen.is.ty),
            text: format!(
                "The docs no longer list its values; in Rust an `Open` enum becomes a text. The \
                 model is {used_in}."
            ),
        },
        ValuesEvent::Removed(values) => ValuesVerdict {
            id: Id::FieldEnumValueRemoved,
            wire: used.impact(Breaking, Compatible),
            rust: variants(&seen.was.variants, values, Breaking),
            text: format!(
                "No longer documented. An enum of the values has no such variant. The model is \
                 {used_in}."
            ),
        },
        ValuesEvent::Added(values) => ValuesVerdict {
            id: Id::FieldEnumValueAdded,
            wire: used.impact(Compatible, Compatible),
            rust: variants(&seen.is.variants, values, Compatible),
            text: format!(
                "Documented now. An enum of the values, which is non-exhaustive, has a variant \
                 for it. The model is {used_in}."
            ),
        },
    };
    values::compare(&old.values, &new.values, judge, changes);
}

fn field_removed(field: &Field, used: ModelUse, changes: &mut ChangeCollector) {
    // Readers of an optional field could do without it already.
    let to_readers = if field.required { Breaking } else { Compatible };
    changes.push(
        Id::FieldRemoved,
        (Some(describe(field)), None),
        Impacts {
            wire: used.impact(Breaking, to_readers),
            rust: Breaking,
        },
        format!(
            "The field is gone. {}",
            used.sentence(
                "the server ignores or refuses it",
                "responses no longer have it"
            )
        ),
    );
}

fn field_added(field: &Field, used: ModelUse, changes: &mut ChangeCollector) {
    let (id, to_senders, sentence) = if field.required {
        (
            Id::FieldAddedRequired,
            Breaking,
            used.sentence(
                "a request without it is refused",
                "a response always has it",
            ),
        )
    } else {
        (
            Id::FieldAddedOptional,
            Compatible,
            used.sentence("a request may have it", "a response may have it"),
        )
    };
    changes.push(
        id,
        (None, Some(describe(field))),
        Impacts {
            wire: used.impact(to_senders, Compatible),
            rust: Compatible,
        },
        format!("{sentence} The struct, which is non-exhaustive, has one more field."),
    );
}

fn describe(field: &Field) -> String {
    format!(
        "{} {}",
        if field.required {
            "required"
        } else {
            "optional"
        },
        field.ty
    )
}
