//! Who may call: what the vendor's release notes do not say.
//!
//! ANY and ALL lists are an OR and an AND over permissions, so one more entry lets more people in
//! under ANY and shuts people out under ALL. Every change is marked by that.

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

/// Compares what two versions of an operation ask of the caller.
pub(super) fn compare(old: Option<&Permissions>, new: Option<&Permissions>) -> Vec<Difference> {
    let (old_list, new_list) = (list(old), list(new));
    let mut out = Vec::new();
    if mode(old) != mode(new) {
        let access = effect(old, new);
        out.push(Difference {
            id: Id::PermissionsRequireChanged,
            old: Some(mode(old).to_owned()),
            new: Some(mode(new).to_owned()),
            access,
            text: format!(
                "{}: it required {}, it requires {}.",
                sentence(access),
                describe(old),
                describe(new)
            ),
        });
    }
    // Several at once are one change: they mean the same, and one approval is enough.
    let gone: Vec<&str> = missing(old_list, new_list);
    if !gone.is_empty() {
        let access = removal(old, new);
        let (are, listed) = listed(&gone);
        out.push(Difference {
            id: Id::PermissionRemoved,
            old: Some(gone.join(", ")),
            new: None,
            access,
            text: format!(
                "{}: {listed} {are} no longer among the permissions, which are now {}.",
                sentence(access),
                describe(new)
            ),
        });
    }
    let fresh = missing(new_list, old_list);
    if !fresh.is_empty() {
        let access = addition(old, new);
        let (are, listed) = listed(&fresh);
        out.push(Difference {
            id: Id::PermissionAdded,
            old: None,
            new: Some(fresh.join(", ")),
            access,
            text: format!(
                "{}: {listed} {are} now among the permissions, which are {}.",
                sentence(access),
                describe(new)
            ),
        });
    }
    if out.is_empty() && old_list != new_list {
        out.push(Difference {
            id: Id::PermissionOrderChanged,
            old: Some(old_list.join(", ")),
            new: Some(new_list.join(", ")),
            access: Access::Same,
            text: "The same permissions in another order; the same callers may call.".to_owned(),
        });
    }
    out
}

/// What `of` has and `others` has not.
fn missing<'a>(of: &'a [String], others: &[String]) -> Vec<&'a str> {
    let missing = of.iter().filter(|permission| !others.contains(permission));
    missing.map(String::as_str).collect()
}

/// `is` or `are`, and the names as code.
fn listed(permissions: &[&str]) -> (&'static str, String) {
    let are = if permissions.len() == 1 { "is" } else { "are" };
    let names: Vec<String> = permissions.iter().map(|name| code(name)).collect();
    (are, names.join(", "))
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

fn describe(permissions: Option<&Permissions>) -> String {
    let listed = list(permissions).join(", ");
    match permissions.map(|permissions| permissions.require) {
        None => "nothing that the page documents".to_owned(),
        Some(Require::None) => "no permission".to_owned(),
        Some(Require::Any) => format!("any of: {listed}"),
        Some(Require::All) => format!("all of: {listed}"),
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

/// One permission more in the list, under the new mode.
fn addition(old: Option<&Permissions>, new: Option<&Permissions>) -> Access {
    if !asks(old) {
        return Access::Narrowed; // nothing was asked for before
    }
    match new.map(|permissions| permissions.require) {
        Some(Require::Any) => Access::Widened,
        Some(Require::All) => Access::Narrowed,
        Some(Require::None) | None => Access::Same,
    }
}

/// One permission less in the list, under the old mode.
fn removal(old: Option<&Permissions>, new: Option<&Permissions>) -> Access {
    if !asks(new) {
        return Access::Widened; // nothing is asked for any more
    }
    match old.map(|permissions| permissions.require) {
        Some(Require::Any) => Access::Narrowed,
        Some(Require::All) => Access::Widened,
        Some(Require::None) | None => Access::Same,
    }
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
