//! Models and their fields.
//!
//! Whether a change breaks the wire depends on who sends the model: a field that must be there is a
//! burden in a request and a promise in a response. So the comparison first follows every body and
//! every response to the models that they reach, in both versions.

use super::change::{Change, Id, Impact, Place};
use super::compare::Context;
use super::rust;
use super::sink::{Sink, listed, sides, texts};
use super::types::{includes, request_impact, response_impact};
use rayon::prelude::*;
use spec::{Api, Field, Location, Model, Type};
use std::collections::{BTreeMap, HashMap, HashSet};

use Impact::{Breaking, Compatible, None as Unchanged};

/// Where models are used, in either version.
pub(super) struct Usage<'a> {
    sent: HashSet<&'a str>,
    received: HashSet<&'a str>,
}

/// How one model is used.
#[derive(Clone, Copy)]
struct Used {
    sent: bool,
    received: bool,
}

impl<'a> Usage<'a> {
    pub(super) fn of(old: &'a Api, new: &'a Api) -> Self {
        let mut usage = Self {
            sent: HashSet::new(),
            received: HashSet::new(),
        };
        for api in [old, new] {
            let fields: HashMap<&str, &[Field]> = api
                .models
                .models
                .iter()
                .map(|model| (model.name.as_str(), model.fields.as_slice()))
                .collect();
            for operation in api.pages.iter().flat_map(|page| &page.operations) {
                follow(&operation.returns, &fields, &mut usage.received);
                let bodies = operation
                    .parameters
                    .iter()
                    .filter(|p| p.location == Location::Body);
                for body in bodies {
                    follow(&body.ty, &fields, &mut usage.sent);
                }
            }
        }
        usage
    }

    fn of_model(&self, name: &str) -> Used {
        Used {
            sent: self.sent.contains(name),
            received: self.received.contains(name),
        }
    }
}

/// Adds every model that a type reaches.
fn follow<'a>(ty: &'a Type, fields: &HashMap<&str, &'a [Field]>, reached: &mut HashSet<&'a str>) {
    let mut waiting: Vec<&str> = ty.model().into_iter().collect();
    while let Some(name) = waiting.pop() {
        if reached.insert(name) {
            let fields = fields.get(name).copied().unwrap_or_default();
            waiting.extend(fields.iter().filter_map(|field| field.ty.model()));
        }
    }
}

impl Used {
    /// The worse of what it means to those who send and to those who receive.
    fn impact(self, to_senders: Impact, to_readers: Impact) -> Impact {
        let sent = if self.sent { to_senders } else { Unchanged };
        sent.max(if self.received { to_readers } else { Unchanged })
    }

    /// What it means to senders and to readers, as far as there are some.
    fn sentence(self, to_senders: &str, to_readers: &str) -> String {
        match (self.sent, self.received) {
            (true, true) => format!("It is sent and received: {to_senders}, and {to_readers}."),
            (true, false) => format!("It is only sent: {to_senders}."),
            (false, true) => format!("It is only received: {to_readers}."),
            (false, false) => "No operation uses it.".to_owned(),
        }
    }

    fn words(self) -> &'static str {
        match (self.sent, self.received) {
            (true, true) => "sent and received",
            (true, false) => "sent",
            (false, true) => "received",
            (false, false) => "used by no operation",
        }
    }
}

/// Every change of a model.
pub(super) fn compare(context: &Context<'_>) -> Vec<Change> {
    let by_name = |api: &'_ Api| -> BTreeMap<String, usize> {
        api.models
            .models
            .iter()
            .enumerate()
            .map(|(index, model)| (model.name.clone(), index))
            .collect()
    };
    let (old, new) = (by_name(context.old), by_name(context.new));
    let names: Vec<&String> = old
        .keys()
        .chain(new.keys().filter(|name| !old.contains_key(*name)))
        .collect();
    names
        .into_par_iter()
        .flat_map_iter(|name| {
            let old = old.get(name).map(|&index| &context.old.models.models[index]);
            let new = new.get(name).map(|&index| &context.new.models.models[index]);
            let used = context.usage.of_model(name);
            let mut sink = Sink::at(Place { model: Some(name.clone()), ..Place::default() });
            match (old, new) {
                (Some(old), Some(new)) => changed(context, old, new, used, &mut sink),
                (Some(_), None) => sink.push(
                    Id::ModelRemoved,
                    (Some(name.clone()), None),
                    Unchanged,
                    Breaking,
                    "Nothing names the model any more, so the client has no such struct; what used it is listed on its own.".to_owned(),
                ),
                (None, Some(_)) => sink.push(
                    Id::ModelAdded,
                    (None, Some(name.clone())),
                    Unchanged,
                    Compatible,
                    format!("The model is new ({}); the client has a struct for it.", used.words()),
                ),
                (None, None) => {}
            }
            sink.changes
        })
        .collect()
}

fn changed(context: &Context<'_>, old: &Model, new: &Model, used: Used, sink: &mut Sink) {
    if old == new {
        return;
    }
    if old.opaque != new.opaque {
        let (id, text) = if new.opaque {
            (
                Id::ModelBecameOpaque,
                "Nothing describes it any more: the client keeps its JSON instead of fields.",
            )
        } else {
            (
                Id::ModelBecameTyped,
                "Its fields are known now: the client has fields instead of the bare JSON.",
            )
        };
        let word = |model: &Model| if model.opaque { "opaque" } else { "typed" };
        sink.push(
            id,
            sides(&word(old), &word(new)),
            Unchanged,
            Breaking,
            text.to_owned(),
        );
        return; // one of the two has no fields to compare
    }
    let pairs = match_up(&old.fields, &new.fields);
    for &(before, after) in &pairs {
        let (was, is) = (&old.fields[before], &new.fields[after]);
        sink.in_field(&is.name, |sink| field_changed(context, was, is, used, sink));
    }
    for (index, field) in old.fields.iter().enumerate() {
        if !pairs.iter().any(|(before, _)| *before == index) {
            sink.in_field(&field.name, |sink| field_removed(field, used, sink));
        }
    }
    for (index, field) in new.fields.iter().enumerate() {
        if !pairs.iter().any(|(_, after)| *after == index) {
            sink.in_field(&field.name, |sink| field_added(field, used, sink));
        }
    }
    order(old, new, pairs, sink);
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
    if pairs.len() < new.len() {
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
    }
    pairs
}

fn field_changed(context: &Context<'_>, old: &Field, new: &Field, used: Used, sink: &mut Sink) {
    if old == new {
        return;
    }
    if old.name != new.name {
        sink.push(
            Id::FieldRenamed,
            sides(&old.name, &new.name),
            Unchanged,
            Unchanged,
            "The same key in JSON, of which the field's name in Rust is made, under another documented name."
                .to_owned(),
        );
    }
    if old.wire_name() != new.wire_name() {
        sink.push(
            Id::FieldWireNameChanged,
            sides(old.wire_name(), new.wire_name()),
            used.impact(Breaking, Breaking),
            rust::name_changed(old.wire_name(), new.wire_name()),
            format!(
                "Its key in JSON is `{}` now, no longer `{}`, and the field's name in Rust is made of it. {}",
                new.wire_name(),
                old.wire_name(),
                used.sentence("the server does not know the old key", "the old client does not see the new key")
            ),
        );
    }
    match (old.required, new.required) {
        (false, true) => sink.push(
            Id::FieldBecameRequired,
            sides("optional", "required"),
            used.impact(Breaking, Compatible),
            Breaking,
            format!(
                "{} In Rust it is an argument of `new`.",
                used.sentence(
                    "a request without it is refused",
                    "a response always has it"
                )
            ),
        ),
        (true, false) => sink.push(
            Id::FieldBecameOptional,
            sides("required", "optional"),
            used.impact(Compatible, Breaking),
            Breaking,
            format!(
                "{} In Rust it is no argument of `new` any more.",
                used.sentence(
                    "a request may leave it out",
                    "a response may come without it"
                )
            ),
        ),
        _ => {}
    }
    if old.ty != new.ty {
        let wire = used.impact(
            request_impact(context, &old.ty, &new.ty),
            response_impact(context, &old.ty, &new.ty),
        );
        let what = if includes(&new.ty, &old.ty) {
            "a wider"
        } else {
            "another"
        };
        sink.push(
            Id::FieldTypeChanged,
            sides(&old.ty, &new.ty),
            wire,
            rust::field_type(&old.ty, &new.ty),
            format!(
                "It was `{}` and is {what} type, `{}`. The model is {}, and the field has another type in Rust.",
                old.ty,
                new.ty,
                used.words()
            ),
        );
    }
    values(old, new, used, sink);
    if old.description != new.description {
        sink.push(
            Id::FieldDescriptionChanged,
            texts(&old.description, &new.description),
            Unchanged,
            Unchanged,
            "Its description is worded differently.".to_owned(),
        );
    }
}

fn values(old: &Field, new: &Field, used: Used, sink: &mut Sink) {
    if old.values == new.values {
        return;
    }
    if old.values.is_empty() {
        sink.push(
            Id::FieldBecameEnum,
            (None, Some(listed(&new.values))),
            used.impact(Breaking, Compatible),
            rust::field_listed_values(old, new),
            format!(
                "The docs list its values now; in Rust a text becomes an enum. The model is {}.",
                used.words()
            ),
        );
        return;
    }
    if new.values.is_empty() {
        sink.push(
            Id::FieldEnumRemoved,
            (Some(listed(&old.values)), None),
            used.impact(Compatible, Compatible),
            rust::field_listed_values(old, new),
            format!(
                "The docs no longer list its values; in Rust an enum becomes a text. The model is {}.",
                used.words()
            ),
        );
        return;
    }
    let gone: Vec<_> = old
        .values
        .iter()
        .filter(|value| !new.values.contains(value))
        .collect();
    let fresh: Vec<_> = new
        .values
        .iter()
        .filter(|value| !old.values.contains(value))
        .collect();
    for value in &gone {
        sink.push(
            Id::FieldEnumValueRemoved,
            (Some(value.to_string()), None),
            used.impact(Breaking, Compatible),
            rust::field_value(old, value, Breaking),
            format!("`{value}` is no longer documented. An enum of the values has no such variant. The model is {}.", used.words()),
        );
    }
    for value in &fresh {
        sink.push(
            Id::FieldEnumValueAdded,
            (None, Some(value.to_string())),
            used.impact(Compatible, Compatible),
            rust::field_value(new, value, Compatible),
            format!(
                "`{value}` is documented now. An enum of the values, which is non-exhaustive, has a variant for it. The model is {}.",
                used.words()
            ),
        );
    }
    if gone.is_empty() && fresh.is_empty() {
        sink.push(
            Id::ValueOrderChanged,
            sides(&listed(&old.values), &listed(&new.values)),
            Unchanged,
            Unchanged,
            "The same values in another order.".to_owned(),
        );
    }
}

fn field_removed(field: &Field, used: Used, sink: &mut Sink) {
    // Readers of an optional field could do without it already.
    let to_readers = if field.required { Breaking } else { Compatible };
    sink.push(
        Id::FieldRemoved,
        (Some(describe(field)), None),
        used.impact(Breaking, to_readers),
        Breaking,
        format!(
            "The field is gone. {}",
            used.sentence(
                "the server ignores or refuses it",
                "responses no longer have it"
            )
        ),
    );
}

fn field_added(field: &Field, used: Used, sink: &mut Sink) {
    let new = (None, Some(describe(field)));
    if field.required {
        sink.push(
            Id::FieldAddedRequired,
            new,
            used.impact(Breaking, Compatible),
            Breaking,
            format!(
                "{} In Rust `new` has an argument more.",
                used.sentence(
                    "a request without it is refused",
                    "a response always has it"
                )
            ),
        );
    } else {
        sink.push(
            Id::FieldAddedOptional,
            new,
            used.impact(Compatible, Compatible),
            Compatible,
            format!(
                "{} The struct, which is non-exhaustive, has a field more.",
                used.sentence("a request may have it", "a response may have it")
            ),
        );
    }
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

/// Required fields are positional in `new`.
fn order(old: &Model, new: &Model, mut pairs: Vec<(usize, usize)>, sink: &mut Sink) {
    pairs.sort_unstable();
    if pairs.is_sorted_by_key(|(_, after)| *after) {
        return;
    }
    let arguments: Vec<_> = pairs
        .iter()
        .copied()
        .filter(|(before, after)| old.fields[*before].required && new.fields[*after].required)
        .collect();
    let breaks = !arguments.is_sorted_by_key(|(_, after)| *after);
    let (rust, mut listed, text) = if breaks {
        (
            Breaking,
            arguments,
            "Required fields are the arguments of `new` in documented order: they must trade places.",
        )
    } else {
        (
            Unchanged,
            pairs,
            "The docs list the fields in another order.",
        )
    };
    let names = |listed: &[(usize, usize)]| {
        listed
            .iter()
            .map(|(_, after)| new.fields[*after].name.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let before = names(&listed);
    listed.sort_unstable_by_key(|(_, after)| *after);
    sink.push(
        Id::FieldOrderChanged,
        sides(&before, &names(&listed)),
        Unchanged,
        rust,
        text.to_owned(),
    );
}
