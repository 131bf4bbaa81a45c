//! Who sends and who receives a model.
//!
//! Whether a change breaks the wire depends on it: a field that must be there is a burden in a request
//! and a promise in a response. So every body, every response and every event is followed to the models that they
//! reach, in both versions.

use super::key::key;
use crate::change::Impact;
use spec::{Api, Model, Operation, Parameter, Type};
use std::collections::{HashMap, HashSet};

use Impact::None as Unchanged;

/// Where models are used, in either version.
pub(super) struct Usage<'a> {
    sent: HashSet<&'a str>,
    received: HashSet<&'a str>,
    /// A body somewhere has no documented type, so what is sent in it is not known.
    has_untyped_bodies: bool,
}

/// Request bodies of the new version, each operation counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UntypedBodies {
    /// Those whose documented type says nothing of what is in them.
    pub untyped: usize,
    /// All.
    pub all: usize,
}

impl UntypedBodies {
    /// Counts them.
    pub fn of(api: &Api) -> Self {
        let mut seen = HashSet::new();
        let mut out = Self::default();
        for operation in api
            .operations()
            .filter(|operation| seen.insert(key(operation)))
        {
            for body in bodies(operation) {
                out.all += 1;
                out.untyped += usize::from(is_untyped(&body.ty));
            }
        }
        out
    }
}

/// Whether a type says nothing of the models in it.
fn is_untyped(ty: &Type) -> bool {
    match ty {
        Type::Object | Type::Void => true,
        Type::Array(inner) | Type::Map(inner) => is_untyped(inner),
        Type::Model(_)
        | Type::String
        | Type::Number
        | Type::Integer
        | Type::Boolean
        | Type::Date
        | Type::DateTime => false,
    }
}

/// How one model is used.
#[derive(Clone, Copy)]
pub(super) struct ModelUse {
    sent: bool,
    received: bool,
    /// Not seen to be sent, but some bodies are untyped.
    may_be_sent: bool,
}

impl<'a> Usage<'a> {
    pub(super) fn of(old: &'a Api, new: &'a Api) -> Self {
        let mut usage = Self {
            sent: HashSet::new(),
            received: HashSet::new(),
            has_untyped_bodies: [old, new]
                .into_iter()
                .any(|api| UntypedBodies::of(api).untyped > 0),
        };
        for api in [old, new] {
            let models: HashMap<&str, &Model> = api
                .models
                .models
                .iter()
                .map(|model| (model.name.as_str(), model))
                .collect();
            let find = |name: &str| models.get(name).copied();
            let returns = api.operations().map(Operation::received);
            let events = api.topics.iter().map(|topic| &topic.model);
            let received = returns.chain(events);
            usage.received.extend(spec::reached(received, find));
            let bodies = api.operations().flat_map(bodies).map(|body| &body.ty);
            usage.sent.extend(spec::reached(bodies, find));
        }
        usage
    }

    pub(super) fn of_model(&self, name: &str) -> ModelUse {
        ModelUse {
            sent: self.sent.contains(name),
            received: self.received.contains(name),
            may_be_sent: self.has_untyped_bodies && !self.sent.contains(name),
        }
    }
}

/// The request body of an operation.
fn bodies(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    let parameters = operation.parameters.iter();
    parameters.filter(|parameter| parameter.location.is_body())
}

impl ModelUse {
    /// The worse of what it means to those who send and to those who receive.
    pub(super) fn impact(self, to_senders: Impact, to_readers: Impact) -> Impact {
        let sent = if self.sent { to_senders } else { Unchanged };
        sent.max(if self.received { to_readers } else { Unchanged })
    }

    /// What it means to senders and to readers, as far as there are some.
    pub(super) fn sentence(self, to_senders: &str, to_readers: &str) -> String {
        match (self.sent, self.received, self.may_be_sent) {
            (true, true, _) => format!("It is sent and received: {to_senders}, and {to_readers}."),
            (true, false, _) => format!("It is only sent: {to_senders}."),
            (false, true, true) => format!(
                "It is received: {to_readers}. If an untyped body carries it: {to_senders}."
            ),
            (false, true, false) => format!("It is only received: {to_readers}."),
            (false, false, true) => format!(
                "No documented type reaches it. If an untyped body carries it: {to_senders}."
            ),
            (false, false, false) => "No operation and no topic uses it.".to_owned(),
        }
    }

    pub(super) fn words(self) -> &'static str {
        match (self.sent, self.received, self.may_be_sent) {
            (true, true, _) => "sent and received",
            (true, false, _) => "sent",
            (false, true, true) => "received, perhaps also sent in an untyped body",
            (false, true, false) => "received",
            (false, false, true) => {
                "reached by no documented type, perhaps sent in an untyped body"
            }
            (false, false, false) => "used by no operation and no topic",
        }
    }
}
