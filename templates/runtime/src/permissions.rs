//! The permissions that a role needs for a set of operations, by the docs. Pure.
//!
//! An operation that requires ANY of several permissions leaves a choice. Which choice is best depends
//! on what else the role may do. So the result has the permissions that are always needed, and the
//! choices that remain.

use crate::runtime::operation::{Operation, Require};
use std::fmt;

/// The permissions that a role needs to call a set of operations.
///
/// It needs every [`required`](Self::required) permission, and one of each of the
/// [`choices`](Self::choices). The docs do not say what
/// [`undocumented`](Self::undocumented) operations need.
// Sorted lists and no sets, whose code for three kinds of them was an eighth of a client without
// pages. They are short.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeastPrivilege {
    required: Vec<&'static str>,
    choices: Vec<Vec<&'static str>>,
    undocumented: Vec<&'static str>,
}

impl LeastPrivilege {
    /// The permissions that a role needs to call all these operations.
    pub fn of(operations: impl IntoIterator<Item = &'static Operation>) -> Self {
        let mut out = Self::default();
        for operation in operations {
            out.add(operation);
        }
        out.reduce();
        out
    }

    fn add(&mut self, operation: &'static Operation) {
        let permissions = operation.permissions;
        match operation.require {
            Require::Unknown => self.undocumented.push(operation.id),
            Require::None => {}
            Require::All => self.required.extend(permissions),
            // Any of one is that one.
            Require::Any if permissions.len() == 1 => self.required.extend(permissions),
            Require::Any if permissions.is_empty() => {}
            Require::Any => self.choices.push(sorted(permissions.to_vec())),
        }
    }

    /// Permissions that the role always needs, sorted.
    pub fn required(&self) -> impl Iterator<Item = &'static str> {
        self.required.iter().copied()
    }

    /// Sets of permissions, sorted; the role needs one permission of each. Sets that
    /// [`required`](Self::required) or another set already meets are left out.
    pub fn choices(&self) -> impl Iterator<Item = &[&'static str]> {
        self.choices.iter().map(Vec::as_slice)
    }

    /// The ids of the operations whose permissions are not documented, sorted.
    pub fn undocumented(&self) -> impl Iterator<Item = &'static str> {
        self.undocumented.iter().copied()
    }

    /// A sufficient role, sorted: the required permissions, and for the choices those that meet most of
    /// them. Each of its permissions is needed; in rare cases a smaller role exists.
    pub fn role(&self) -> Vec<&'static str> {
        let mut chosen: Vec<&'static str> = Vec::new();
        let mut open: Vec<&[&'static str]> = self.choices().collect();
        while !open.is_empty() {
            let serves = |permission: &&'static str| {
                open.iter().filter(|set| set.contains(permission)).count()
            };
            let candidates = sorted(open.concat());
            // `max_by_key` takes the last of equals; reversed, that is the first by name.
            let best = candidates.into_iter().rev().max_by_key(serves);
            let best = best.expect("a choice is of two or more");
            open.retain(|set| !set.contains(&best));
            chosen.push(best);
        }
        // A later pick may have made an earlier one needless.
        let mut index = 0;
        while index < chosen.len() {
            let met_by_others = |set: &[&'static str]| {
                let met = |(other, permission)| other != index && set.contains(permission);
                chosen.iter().enumerate().any(met)
            };
            if self.choices().all(met_by_others) {
                chosen.remove(index);
            } else {
                index += 1;
            }
        }
        chosen.extend(&self.required);
        sorted(chosen)
    }

    fn reduce(&mut self) {
        self.required = sorted(std::mem::take(&mut self.required));
        self.undocumented = sorted(std::mem::take(&mut self.undocumented));
        let choices = sorted(std::mem::take(&mut self.choices));
        let holds = |set: &[&str], of: &[&str]| of.iter().all(|it| set.contains(it));
        let is_open = |set: &[&str]| !set.iter().any(|it| self.required.contains(it));
        let is_least = |set: &Vec<&str>| {
            !choices
                .iter()
                .any(|other| other != set && holds(set, other))
        };
        let left = choices.iter().filter(|set| is_open(set) && is_least(set));
        self.choices = left.cloned().collect();
    }
}

/// Sorted, each once.
fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort_unstable();
    list.dedup();
    list
}

impl fmt::Display for LeastPrivilege {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for permission in &self.required {
            writeln!(f, "{permission}")?;
        }
        for set in &self.choices {
            writeln!(f, "one of: {}", set.join(", "))?;
        }
        for id in &self.undocumented {
            writeln!(f, "not documented: what {id} needs")?;
        }
        Ok(())
    }
}

/// Unknown operation id, or the feature of its page is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownOperation(pub String);

impl fmt::Display for UnknownOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "there is no operation `{}`, or its page's feature is off",
            crate::runtime::error::escaped(&self.0)
        )
    }
}

impl std::error::Error for UnknownOperation {}

/// Finds an operation by its documented id; each table is sorted by id.
pub(crate) fn find(
    tables: &'static [&'static [Operation]],
    id: &str,
) -> Option<&'static Operation> {
    tables.iter().find_map(|table| {
        let index = table.binary_search_by(|operation| operation.id.cmp(id));
        Some(&table[index.ok()?])
    })
}

#[cfg(test)]
mod tests {
    use super::{LeastPrivilege, Operation, UnknownOperation, find};
    use crate::runtime::Require;

    static ANY_AB: Operation =
        Operation::new("anyAb", http::Method::GET, "/", Require::Any, &["a", "b"]);
    static ANY_BC: Operation =
        Operation::new("anyBc", http::Method::HEAD, "/", Require::Any, &["b", "c"]);
    static ANY_ABC: Operation = Operation::new(
        "anyAbc",
        http::Method::OPTIONS,
        "/",
        Require::Any,
        &["c", "b", "a"],
    );
    static ANY_CD: Operation =
        Operation::new("anyCd", http::Method::PUT, "/", Require::Any, &["c", "d"]);
    static ANY_D: Operation =
        Operation::new("anyD", http::Method::PATCH, "/", Require::Any, &["d"]);
    static ALL_AD: Operation = Operation::new(
        "allAd",
        http::Method::DELETE,
        "/",
        Require::All,
        &["a", "d"],
    );
    static NONE: Operation =
        Operation::new("none", http::Method::POST, "/", Require::None, &[]).safe();
    static UNKNOWN: Operation =
        Operation::new("unknown", http::Method::GET, "/", Require::Unknown, &[]);

    #[track_caller]
    fn check(operations: &[&'static Operation], shown: &str, role: &[&str]) {
        let needed = LeastPrivilege::of(operations.iter().copied());
        assert_eq!(needed.to_string(), shown);
        assert_eq!(needed.role(), role);
    }

    #[test]
    fn one_operation() {
        check(&[], "", &[]);
        check(&[&NONE], "", &[]);
        check(&[&ALL_AD], "a\nd\n", &["a", "d"]);
        check(&[&ANY_D], "d\n", &["d"]);
        check(&[&ANY_AB], "one of: a, b\n", &["a"]);
        check(&[&UNKNOWN], "not documented: what unknown needs\n", &[]);
    }

    #[test]
    fn a_choice_that_is_met_anyway_is_none() {
        check(&[&ANY_AB, &ALL_AD], "a\nd\n", &["a", "d"]);
        check(&[&ANY_AB, &ANY_ABC], "one of: a, b\n", &["a"]);
    }

    #[test]
    fn what_serves_most_choices_is_taken() {
        check(&[&ANY_AB, &ANY_BC], "one of: a, b\none of: b, c\n", &["b"]);
        let three = "one of: a, b\none of: b, c\none of: c, d\n";
        check(&[&ANY_AB, &ANY_BC, &ANY_CD], three, &["b", "c"]);
    }

    #[test]
    fn an_operation_is_found_by_its_id() {
        const fn named(id: &'static str) -> Operation {
            Operation::new(id, http::Method::GET, "/", Require::Unknown, &[])
        }
        static TABLES: &[&[Operation]] = &[&[named("a"), named("none")], &[named("b")]];
        assert_eq!(
            find(TABLES, "none").map(|operation| operation.id),
            Some("none")
        );
        assert!(find(TABLES, "gone").is_none());
        let error = UnknownOperation("gone".to_owned());
        assert!(error.to_string().contains("`gone`"));
    }
}
