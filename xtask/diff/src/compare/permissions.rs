//! Compares permissions, which the vendor's release notes do not mention.
//!
//! An ANY list is an OR of permissions, an ALL list an AND. So an added entry widens access under ANY and
//! narrows it under ALL. Every change is marked accordingly.

use crate::change::{Access, Id};
use crate::escape::code;
use spec::{Permissions, Require};

/// A difference of two permission blocks.
pub(super) struct Difference {
    pub(super) id: Id,
    pub(super) old: Option<String>,
    pub(super) new: Option<String>,
    pub(super) access: Access,
    pub(super) text: String,
}

/// Compares what two versions of an operation ask of the caller. Whatever changed is one change: it is
/// one question to the reader (who loses, who gains access), and one approval answers it.
pub(super) fn compare(old: Option<&Permissions>, new: Option<&Permissions>) -> Option<Difference> {
    let (old_list, new_list) = (list(old), list(new));
    let (gone, fresh) = (missing(old_list, new_list), missing(new_list, old_list));
    let joined = |names: &[&str]| (!names.is_empty()).then(|| names.join(", "));
    let access = effect(old, new);
    let (who, is) = (sentence(access), describe(new));
    let is_any = mode(new) == "any";
    let mut sides = (joined(&gone), joined(&fresh));
    let (id, text) = match (gone.is_empty(), fresh.is_empty()) {
        _ if mode(old) != mode(new) => {
            sides = (Some(in_short(old)), Some(in_short(new)));
            let text = format!("{who}: it required {}, it requires {is}.", describe(old));
            (Id::PermissionsRequireChanged, text)
        }
        (true, true) if old_list == new_list => return None,
        (true, true) => {
            sides = (Some(old_list.join(", ")), Some(new_list.join(", ")));
            let text = format!("{who}: the same permissions in another order.");
            (Id::PermissionOrderChanged, text)
        }
        (false, false) => {
            let text = format!("{who}: it requires {is} now.");
            (Id::PermissionReplaced, text)
        }
        (false, true) if is_any => {
            let text = format!("{who}: these are not enough any more; it requires {is}.");
            (Id::PermissionRemoved, text)
        }
        (false, true) => {
            let text = format!("{who}: these are not needed any more.");
            (Id::PermissionRemoved, text)
        }
        (true, false) if is_any => {
            let text = format!("{who}: each of these is enough now, too.");
            (Id::PermissionAdded, text)
        }
        (true, false) => {
            let text = format!("{who}: it requires {is} now.");
            (Id::PermissionAdded, text)
        }
    };
    Some(Difference {
        id,
        old: sides.0,
        new: sides.1,
        access,
        text,
    })
}

/// What `of` has and `others` has not.
fn missing<'a>(of: &'a [String], others: &[String]) -> Vec<&'a str> {
    let missing = of.iter().filter(|permission| !others.contains(permission));
    missing.map(String::as_str).collect()
}

fn list(permissions: Option<&Permissions>) -> &[String] {
    permissions.map_or(&[], |permissions| &permissions.of)
}

fn mode(permissions: Option<&Permissions>) -> &'static str {
    match permissions.map(|permissions| permissions.require) {
        None => "not documented",
        Some(Require::None) => "none",
        Some(Require::Any) => "any",
        Some(Require::All) => "all",
    }
}

/// More permissions than these are counted: some operations take any of seventy.
const NAMED: usize = 6;

fn describe(permissions: Option<&Permissions>) -> String {
    let listed = match list(permissions) {
        many if many.len() > NAMED => format!("{} permissions", many.len()),
        few => few
            .iter()
            .map(|name| code(name))
            .collect::<Vec<_>>()
            .join(", "),
    };
    match permissions.map(|permissions| permissions.require) {
        None => "nothing that the page documents".to_owned(),
        Some(Require::None) => "no permission".to_owned(),
        Some(Require::Any) => format!("any of {listed}"),
        Some(Require::All) => format!("all of {listed}"),
    }
}

/// A block as a side of a change: `any of a, b`.
fn in_short(permissions: Option<&Permissions>) -> String {
    let mode = mode(permissions);
    match list(permissions) {
        [] => mode.to_owned(),
        list => format!("{mode} of {}", list.join(", ")),
    }
}

fn sentence(access: Access) -> &'static str {
    match access {
        Access::Narrowed => "Narrows who may call",
        Access::Widened => "Widens who may call",
        Access::Same => "The same callers may call",
    }
}

/// Whether a block asks for anything at all.
fn asks(permissions: Option<&Permissions>) -> bool {
    permissions.is_some_and(|permissions| match permissions.require {
        Require::Any | Require::All => !permissions.of.is_empty(),
        Require::None => false,
    })
}

/// The whole of one block against the whole of another. Where some lose and others gain access,
/// the loss counts.
fn effect(old: Option<&Permissions>, new: Option<&Permissions>) -> Access {
    match (implies(old, new), implies(new, old)) {
        (true, true) => Access::Same,
        (true, false) => Access::Widened,
        (false, _) => Access::Narrowed,
    }
}

/// Whether whoever satisfies `a` satisfies `b`.
fn implies(a: Option<&Permissions>, b: Option<&Permissions>) -> bool {
    if !asks(b) {
        return true;
    }
    if !asks(a) {
        return false;
    }
    let (left, right) = (list(a), list(b));
    let is_all = |permissions: Option<&Permissions>| {
        permissions.is_some_and(|permissions| match permissions.require {
            Require::All => true,
            Require::Any | Require::None => false,
        })
    };
    match (is_all(a), is_all(b)) {
        (false, false) => left.iter().all(|p| right.contains(p)),
        (false, true) => left.iter().all(|p| right.iter().all(|q| p == q)),
        (true, false) => left.iter().any(|p| right.contains(p)),
        (true, true) => right.iter().all(|p| left.contains(p)),
    }
}
