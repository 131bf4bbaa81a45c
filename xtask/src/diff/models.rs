//! Models, and who sends them.
//!
//! Whether a change breaks the wire depends on who sends the model: a field that must be there is a
//! burden in a request and a promise in a response. So the comparison first follows every body and
//! every response to the models that they reach, in both versions.

use super::change::{Change, Id, Impact, Place};
use super::compare::Context;
use super::fields;
use super::sink::{Sink, sides};
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
pub(super) struct Used {
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
    pub(super) fn impact(self, to_senders: Impact, to_readers: Impact) -> Impact {
        let sent = if self.sent { to_senders } else { Unchanged };
        sent.max(if self.received { to_readers } else { Unchanged })
    }

    /// What it means to senders and to readers, as far as there are some.
    pub(super) fn sentence(self, to_senders: &str, to_readers: &str) -> String {
        match (self.sent, self.received) {
            (true, true) => format!("It is sent and received: {to_senders}, and {to_readers}."),
            (true, false) => format!("It is only sent: {to_senders}."),
            (false, true) => format!("It is only received: {to_readers}."),
            (false, false) => "No operation uses it.".to_owned(),
        }
    }

    pub(super) fn words(self) -> &'static str {
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
    fields::compare(context, &old.fields, &new.fields, used, sink);
}
