//! Who sends and who receives a model.
//!
//! Whether a change breaks the wire depends on it: a field that must be there is a burden in a request
//! and a promise in a response. So every body and every response is followed to the models that they
//! reach, in both versions.

use crate::change::Impact;
use spec::{Api, Field, Location, Type};
use std::collections::{HashMap, HashSet};

use Impact::None as Unchanged;

/// Where models are used, in either version.
pub(super) struct Usage<'a> {
    sent: HashSet<&'a str>,
    received: HashSet<&'a str>,
}

/// How one model is used.
#[derive(Clone, Copy)]
pub(super) struct ModelUse {
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

    pub(super) fn of_model(&self, name: &str) -> ModelUse {
        ModelUse {
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

impl ModelUse {
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
