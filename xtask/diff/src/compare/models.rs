//! Models that came, went or changed.

use super::collector::{ChangeCollector, Impacts, sides};
use super::context::Context;
use super::fields;
use super::usage::ModelUse;
use super::verdict::SeenByCallers;
use crate::change::{Change, Id, Impact, Subject};
use rayon::prelude::*;
use spec::{Api, Model};
use std::collections::BTreeMap;

use Impact::{Breaking, Compatible, None as Unchanged};

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
            let old = old
                .get(name)
                .map(|&index| &context.old.models.models[index]);
            let new = new
                .get(name)
                .map(|&index| &context.new.models.models[index]);
            let used = context.usage.of_model(name);
            let mut changes = ChangeCollector::at(Subject {
                model: Some(name.clone()),
                ..Subject::default()
            });
            match (old, new) {
                (Some(old), Some(new)) => changed(context, old, new, used, &mut changes),
                (Some(_), None) => changes.push(
                    Id::ModelRemoved,
                    (Some(name.clone()), None),
                    Impacts {
                        wire: Unchanged,
                        rust: Breaking,
                    },
                    "Nothing names the model any more, so the client has no such struct; what \
                     used it is listed on its own."
                        .to_owned(),
                ),
                (None, Some(_)) => changes.push(
                    Id::ModelAdded,
                    (None, Some(name.clone())),
                    Impacts {
                        wire: Unchanged,
                        rust: Compatible,
                    },
                    format!(
                        "The model is new ({}); the client has a struct for it.",
                        used.words()
                    ),
                ),
                (None, None) => {}
            }
            changes.changes
        })
        .collect()
}

fn changed(
    context: &Context<'_>,
    old: &Model,
    new: &Model,
    used: ModelUse,
    changes: &mut ChangeCollector,
) {
    if old == new {
        return;
    }
    let Model {
        name: _,
        opaque: _,
        fields: _,
    } = new;
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
        changes.push(
            id,
            sides(&word(old), &word(new)),
            Impacts {
                wire: Unchanged,
                rust: Breaking,
            },
            text.to_owned(),
        );
        return; // one of the two has no fields to compare
    }
    let seen = SeenByCallers {
        was: context
            .old_surface
            .model(&old.name)
            .expect("a surface has every model of its API"),
        is: context
            .new_surface
            .model(&new.name)
            .expect("a surface has every model of its API"),
    };
    fields::compare(context, &old.fields, &new.fields, used, seen, changes);
}
