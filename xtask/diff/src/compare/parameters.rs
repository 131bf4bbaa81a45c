//! The parameters and the body of one operation.
//!
//! How the client renders them decides what breaks Rust: required ones are positional, in documented
//! order, and their names appear nowhere in a caller's code; optional ones are setters by name, on a
//! builder that an operation has only if there is something optional; listed values make an open
//! enum of their own.
//!
//! Longer than most files: one function for each fact of a parameter, and the matching before them.

use super::collector::{ChangeCollector, Impacts, sides, texts};
use super::context::Context;
use super::order;
use super::types;
use super::values::{self, ValuesEvent, ValuesVerdict};
use super::verdict::{SeenByCallers, differ, variants};
use crate::change::{Id, Impact};
use crate::escape::code;
use spec::{Location, Operation, Parameter};
use templates::{OperationSurface, ParameterSurface};

use Impact::{Breaking, Compatible, None as Unchanged};

/// Compares all parameters.
pub(super) fn compare(
    context: &Context<'_>,
    old: &Operation,
    new: &Operation,
    seen: SeenByCallers<'_, OperationSurface<'_>>,
    changes: &mut ChangeCollector,
) {
    let (was, is) = (&old.parameters, &new.parameters);
    let pairs = match_up(was, is);
    for &(before, after) in &pairs {
        changes.in_parameter(&is[after].name, |changes| {
            let (old, new) = (&was[before], &is[after]);
            let seen = seen.parameter(&old.name, &new.name);
            changed(context, old, new, seen, changes);
        });
    }
    for (index, parameter) in was.iter().enumerate() {
        if !pairs.iter().any(|(before, _)| *before == index) {
            changes.in_parameter(&parameter.name, |changes| removed(parameter, changes));
        }
    }
    let becomes_builder = seen.becomes_builder();
    for (index, parameter) in is.iter().enumerate() {
        if !pairs.iter().any(|(_, after)| *after == index) {
            changes.in_parameter(&parameter.name, |changes| {
                added(parameter, becomes_builder, changes);
            });
        }
    }
    order(was, is, pairs, changes);
}

/// Which old parameter (its index) is which new one: by name; then what is the same on the wire (a
/// key, or the one body, or the place of a path variable) under another name.
fn match_up(old: &[Parameter], new: &[Parameter]) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = Vec::with_capacity(new.len());
    for (after, is) in new.iter().enumerate() {
        if let Some(before) = old.iter().position(|was| was.name == is.name) {
            pairs.push((before, after));
        }
    }
    // Both operations have the same path but for the variables' names, so the n-th is the n-th.
    let path_rank = |all: &[Parameter], index: usize| {
        let is_path = |parameter: &&Parameter| parameter.location == Location::Path;
        is_path(&&all[index]).then(|| all[..index].iter().filter(is_path).count())
    };
    for (after, is) in new.iter().enumerate() {
        if pairs.iter().any(|(_, other)| *other == after) {
            continue;
        }
        let found = (0..old.len()).find(|&before| {
            let was = &old[before];
            let free = !pairs.iter().any(|(other, _)| *other == before);
            free && was.location == is.location
                && match is.location {
                    Location::Body => true,
                    Location::Path => path_rank(old, before) == path_rank(new, after),
                    Location::Query | Location::Header => was.wire_name() == is.wire_name(),
                }
        });
        pairs.extend(found.map(|before| (before, after)));
    }
    pairs
}

fn changed(
    context: &Context<'_>,
    old: &Parameter,
    new: &Parameter,
    seen: SeenByCallers<'_, ParameterSurface<'_>>,
    changes: &mut ChangeCollector,
) {
    if old == new {
        return;
    }
    // Every fact is named, so that rustc asks here what becomes of a new one.
    let Parameter {
        name: _,
        location: _,
        wire: _,
        ty: _,
        required: _,
        default: _,
        values: _,
        explode: _,
        description: _,
    } = new;
    renamed(old, new, seen, changes);
    placed(old, new, seen, changes);
    required(old, new, changes);
    typed(context, old, new, seen, changes);
    values(old, new, seen, changes);
    default(old, new, changes);
    if old.description != new.description {
        changes.push(
            Id::ParameterDescriptionChanged,
            texts(&old.description, &new.description),
            Impacts::NONE,
            "Its description is worded differently.".to_owned(),
        );
    }
}

fn renamed(
    old: &Parameter,
    new: &Parameter,
    seen: SeenByCallers<'_, ParameterSurface<'_>>,
    changes: &mut ChangeCollector,
) {
    if old.name == new.name {
        return;
    }
    // A required parameter is positional: its name is nowhere in a caller's code.
    let rust = if old.required && new.required {
        Unchanged
    } else {
        differ(&seen.was.name, &seen.is.name)
    };
    changes.push(
        Id::ParameterRenamed,
        sides(&old.name, &new.name),
        Impacts {
            wire: Unchanged,
            rust,
        },
        format!(
            "The docs call {} {} now; the request stays the same{}.",
            code(&old.name),
            code(&new.name),
            if rust == Breaking {
                ", but its setter has another name"
            } else {
                ""
            }
        ),
    );
}

fn placed(
    old: &Parameter,
    new: &Parameter,
    seen: SeenByCallers<'_, ParameterSurface<'_>>,
    changes: &mut ChangeCollector,
) {
    if old.location != new.location {
        changes.push(
            Id::ParameterLocationChanged,
            sides(&old.location, &new.location),
            Impacts {
                wire: Breaking,
                rust: seen.argument(),
            },
            format!(
                "It goes into the {} now, no longer into the {}: a client of the old version \
                 puts it where the server does not look; code stays as it is.",
                place_word(new.location),
                place_word(old.location)
            ),
        );
    } else if old.wire_name() != new.wire_name() && new.location.sends_name() {
        changes.push(
            Id::ParameterWireNameChanged,
            sides(old.wire_name(), new.wire_name()),
            Impacts {
                wire: Breaking,
                rust: Unchanged,
            },
            format!(
                "It is sent as {} now, no longer as {}: the server does not know what a client of \
                 the old version sends; code stays as it is.",
                code(new.wire_name()),
                code(old.wire_name())
            ),
        );
    }
    if old.explode != new.explode {
        let word = |explode: bool| {
            if explode {
                "key repeated"
            } else {
                "values joined"
            }
        };
        changes.push(
            Id::ParameterExplodeChanged,
            sides(&word(old.explode), &word(new.explode)),
            Impacts {
                wire: Breaking,
                rust: Unchanged,
            },
            "Several values are sent in another form; the server may read only one of the forms."
                .to_owned(),
        );
    }
}

fn place_word(location: Location) -> &'static str {
    match location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Header => "header",
        Location::Body => "request body",
    }
}

fn required(old: &Parameter, new: &Parameter, changes: &mut ChangeCollector) {
    let is_body = new.location.is_body();
    match (old.required, new.required) {
        (false, true) => changes.push(
            if is_body {
                Id::BodyBecameRequired
            } else {
                Id::ParameterBecameRequired
            },
            sides("optional", "required"),
            Impacts::BREAKING,
            format!(
                "A call without {} is refused now; in Rust it is an argument, no longer a setter.",
                code(&new.name)
            ),
        ),
        (true, false) => changes.push(
            if is_body {
                Id::BodyBecameOptional
            } else {
                Id::ParameterBecameOptional
            },
            sides("required", "optional"),
            Impacts {
                wire: Compatible,
                rust: Breaking,
            },
            format!(
                "A call may leave out {} now; in Rust it is a setter, no longer an argument.",
                code(&new.name)
            ),
        ),
        _ => {}
    }
}

fn typed(
    context: &Context<'_>,
    old: &Parameter,
    new: &Parameter,
    seen: SeenByCallers<'_, ParameterSurface<'_>>,
    changes: &mut ChangeCollector,
) {
    if old.ty == new.ty {
        return;
    }
    let wire = types::request_impact(context, &old.ty, &new.ty);
    let rust = seen.argument();
    let id = match (new.location.is_body(), wire) {
        (true, Compatible) => Id::BodyTypeGeneralized,
        (true, _) => Id::BodyTypeChanged,
        (false, Compatible) => Id::ParameterTypeGeneralized,
        (false, _) => Id::ParameterTypeChanged,
    };
    let server = match wire {
        Breaking => "the server may refuse what it took before",
        Compatible => "the server takes what it took before, and more",
        Unchanged => "the JSON is the same",
    };
    let caller = match rust {
        Breaking => "code must pass another type",
        Compatible | Unchanged => "code stays as it is",
    };
    changes.push(
        id,
        sides(&old.ty, &new.ty),
        Impacts { wire, rust },
        format!(
            "Its type was {} and is {}: {server}; {caller}.",
            code(&old.ty.to_string()),
            code(&new.ty.to_string())
        ),
    );
}

fn values(
    old: &Parameter,
    new: &Parameter,
    seen: SeenByCallers<'_, ParameterSurface<'_>>,
    changes: &mut ChangeCollector,
) {
    let judge = |event: &ValuesEvent<'_>| {
        match event {
        ValuesEvent::Listed => ValuesVerdict {
            id: Id::ParameterBecameEnum,
            wire: Breaking,
            rust: seen.argument(),
            text: "The docs list its values now: the server may refuse others. In Rust a text becomes an enum."
                .to_owned(),
        },
        ValuesEvent::Unlisted => ValuesVerdict {
            id: Id::ParameterEnumRemoved,
            wire: Compatible,
            rust: seen.argument(),
            text: "The docs no longer list its values. In Rust an enum becomes a text.".to_owned(),
        },
        ValuesEvent::Removed(values) => ValuesVerdict {
            id: Id::ParameterEnumValueRemoved,
            wire: Breaking,
            rust: variants(&seen.was.variants, values, Breaking),
            text: "No longer documented: the server may refuse it. An enum of the values has no such variant."
                .to_owned(),
        },
        ValuesEvent::Added(values) => ValuesVerdict {
            id: Id::ParameterEnumValueAdded,
            wire: Compatible,
            rust: variants(&seen.is.variants, values, Compatible),
            text: "Can be asked for now. An enum of the values, which is non-exhaustive, has a variant for it."
                .to_owned(),
        },
    }
    };
    values::compare(&old.values, &new.values, judge, changes);
}

fn default(old: &Parameter, new: &Parameter, changes: &mut ChangeCollector) {
    if old.default == new.default {
        return;
    }
    let (was, is) = (
        old.default.as_ref().map(ToString::to_string),
        new.default.as_ref().map(ToString::to_string),
    );
    let (id, text) = match (&was, &is) {
        (None, Some(is)) => (
            Id::ParameterDefaultAdded,
            format!("The docs say what a call without it gets: {}.", code(is)),
        ),
        (Some(was), None) => (
            Id::ParameterDefaultRemoved,
            format!(
                "The docs no longer say that a call without it gets {}.",
                code(was)
            ),
        ),
        _ => (
            Id::ParameterDefaultChanged,
            format!(
                "A call without it got {} and gets {}: the same code may have another result.",
                code(was.as_deref().unwrap_or_default()),
                code(is.as_deref().unwrap_or_default())
            ),
        ),
    };
    changes.push(
        id,
        (was, is),
        Impacts {
            wire: Compatible,
            rust: Unchanged,
        },
        text,
    );
}

fn removed(parameter: &Parameter, changes: &mut ChangeCollector) {
    let id = if parameter.location.is_body() {
        Id::BodyRemoved
    } else {
        Id::ParameterRemoved
    };
    let member = if parameter.required {
        "one argument less"
    } else {
        "no such setter"
    };
    changes.push(
        id,
        (Some(describe(parameter)), None),
        Impacts::BREAKING,
        format!(
            "{} is gone: the server ignores or refuses what callers still send, and the \
                 method has {member}.",
            code(&parameter.name)
        ),
    );
}

fn added(parameter: &Parameter, becomes_builder: bool, changes: &mut ChangeCollector) {
    let new = (None, Some(describe(parameter)));
    let name = code(&parameter.name);
    if parameter.required {
        let id = match parameter.location {
            Location::Body => Id::BodyAddedRequired,
            Location::Path => Id::NewPathParameter,
            Location::Query | Location::Header => Id::NewRequiredParameter,
        };
        let text =
            format!("A call without {name} is refused now, and the method has one more argument.");
        changes.push(id, new, Impacts::BREAKING, text);
        return;
    }
    let id = match parameter.location {
        Location::Body => Id::BodyAddedOptional,
        Location::Path | Location::Query | Location::Header => Id::NewOptionalParameter,
    };
    if becomes_builder {
        let text = format!(
            "{name} can be sent now. The operation had nothing optional before, so its method returned \
             `Call`; now it returns a request builder of its own. `.await` and `.send()` stay as they \
             are, code that names the type `Call` must change."
        );
        changes.push(
            id,
            new,
            Impacts {
                wire: Compatible,
                rust: Breaking,
            },
            text,
        );
    } else {
        let text = format!("{name} can be sent now; the request builder has a setter for it.");
        changes.push(id, new, Impacts::COMPATIBLE, text);
    }
}

fn describe(parameter: &Parameter) -> String {
    let required = if parameter.required {
        "required"
    } else {
        "optional"
    };
    format!("{required} {} in {}", parameter.ty, parameter.location)
}

/// Arguments are positional. Two of the same type that trade places even compile, and mean
/// something else.
fn order(
    old: &[Parameter],
    new: &[Parameter],
    pairs: Vec<(usize, usize)>,
    changes: &mut ChangeCollector,
) {
    let name = |after: usize| new[after].name.as_str();
    let required = |&(before, after): &(usize, usize)| old[before].required && new[after].required;
    let arguments = pairs.iter().copied().filter(required).collect();
    let ((before, after), rust, text) = if let Some(places) = order::traded(arguments, name) {
        (
            places,
            Breaking,
            "Required parameters are arguments in documented order: they must trade places, and where \
             their types are the same the compiler does not notice.",
        )
    } else if let Some(places) = order::traded(pairs, name) {
        let text = "The docs list the optional parameters in another order.";
        (places, Unchanged, text)
    } else {
        return;
    };
    changes.push(
        Id::ParameterOrderChanged,
        sides(&before, &after),
        Impacts {
            wire: Unchanged,
            rust,
        },
        text.to_owned(),
    );
}
