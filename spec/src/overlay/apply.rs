//! Applies entries of the overlay. Each fact that an entry sets must change something: a fact that
//! the docs say already would hide their next change.
//!
//! Each struct and its patch are destructured with every field named, so a new field does not
//! compile until somebody decides whether the overlay may set it.

use crate::{
    Field, FieldPatch, Inferred, JSON, Operation, OperationPatch, Parameter, ParameterPatch,
    Permissions, Scalar, Type,
};
use std::fmt::Display;

/// A fact of an entry that changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idle {
    /// Its key in the entry.
    pub key: &'static str,
    /// The value without the entry.
    pub message: String,
}

impl OperationPatch {
    /// Whether it sets anything.
    pub fn is_empty(&self) -> bool {
        let Self {
            because: _,
            preview,
            deprecated,
            safe,
            returns,
            produces,
            permissions,
            paging,
            job,
            parameters,
        } = self;
        (preview.is_none() && deprecated.is_none() && safe.is_none())
            && (returns.is_none() && produces.is_none() && permissions.is_none())
            && (paging.is_none() && job.is_none() && parameters.is_empty())
    }

    /// Applies the entry to the operation, except paging and job: those are inferred from the
    /// result and applied afterwards. Parameters have entries of their own.
    pub fn apply(&self, operation: &mut Operation) -> Vec<Idle> {
        let Self {
            because,
            preview,
            deprecated,
            safe,
            returns,
            produces,
            permissions,
            paging: _,
            job: _,
            parameters: _,
        } = self;
        let Operation {
            id: _,
            method,
            path: _,
            summary: _,
            description: _,
            preview: to_preview,
            deprecated: to_deprecated,
            safe: to_safe,
            safe_because: to_safe_because,
            permissions: to_permissions,
            paging: _,
            job: _,
            parameters: _,
            returns: to_returns,
            produces: to_produces,
        } = operation;
        let mut setter = Setter::default();
        setter.set("preview", to_preview, preview.as_ref());
        setter.set("deprecated", to_deprecated, deprecated.as_ref());
        setter.set("returns", to_returns, returns.as_ref());
        let mut media_type = to_produces.take().unwrap_or_else(|| JSON.to_owned());
        setter.set("produces", &mut media_type, produces.as_ref());
        *to_produces = Some(media_type).filter(|it| it != JSON);
        let mut is_safe = method.is_safe() || *to_safe;
        setter.set("safe", &mut is_safe, safe.as_ref());
        *to_safe = is_safe && !method.is_safe();
        if safe.is_some() {
            let reason = if *to_safe { because.as_str() } else { "" };
            reason.clone_into(to_safe_because);
        }
        setter.set_optional(
            "permissions",
            to_permissions,
            permissions.as_ref(),
            Permissions::to_string,
        );
        setter.idle
    }

    /// Sets or removes the paging.
    pub fn apply_paging(&self, operation: &mut Operation) -> Vec<Idle> {
        let mut setter = Setter::default();
        setter.set_inferred("paging", &mut operation.paging, self.paging.as_ref());
        setter.idle
    }

    /// Sets or removes the job.
    pub fn apply_job(&self, operation: &mut Operation) -> Vec<Idle> {
        let mut setter = Setter::default();
        setter.set_inferred("job", &mut operation.job, self.job.as_ref());
        setter.idle
    }
}

impl ParameterPatch {
    /// Whether it sets anything.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Sets what the entry says.
    pub fn apply(&self, parameter: &mut Parameter) -> Vec<Idle> {
        let Self {
            location,
            wire,
            ty,
            required,
            default,
            values,
            explode,
        } = self;
        let Parameter {
            name,
            location: to_location,
            wire: to_wire,
            ty: to_ty,
            required: to_required,
            default: to_default,
            values: to_values,
            explode: to_explode,
            description: _,
        } = parameter;
        let mut setter = Setter::default();
        setter.set("in", to_location, location.as_ref());
        setter.set_wire(name, to_wire, wire.as_ref());
        setter.set("type", to_ty, ty.as_ref());
        setter.set("required", to_required, required.as_ref());
        setter.set_optional("default", to_default, default.as_ref(), Scalar::to_string);
        setter.set_values(to_values, values.as_ref());
        setter.set("explode", to_explode, explode.as_ref());
        setter.idle
    }
}

impl FieldPatch {
    /// Whether it sets anything.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Sets what the entry says.
    pub fn apply(&self, field: &mut Field) -> Vec<Idle> {
        let Self {
            wire,
            ty,
            required,
            values,
        } = self;
        let Field {
            name,
            wire: to_wire,
            ty: to_ty,
            required: to_required,
            values: to_values,
            description: _,
        } = field;
        let mut setter = Setter::default();
        setter.set_wire(name, to_wire, wire.as_ref());
        setter.set::<Type>("type", to_ty, ty.as_ref());
        setter.set("required", to_required, required.as_ref());
        setter.set_values(to_values, values.as_ref());
        setter.idle
    }
}

/// Sets facts, and collects those that changed nothing.
#[derive(Default)]
struct Setter {
    idle: Vec<Idle>,
}

impl Setter {
    fn idle(&mut self, key: &'static str, message: String) {
        self.idle.push(Idle { key, message });
    }

    fn set<T: Clone + PartialEq + Display>(
        &mut self,
        key: &'static str,
        slot: &mut T,
        value: Option<&T>,
    ) {
        let Some(value) = value else { return };
        if slot == value {
            self.idle(key, format!("`{key}` is already {value}"));
        }
        value.clone_into(slot);
    }

    fn set_optional<T: Clone + PartialEq>(
        &mut self,
        key: &'static str,
        slot: &mut Option<T>,
        value: Option<&T>,
        shown: impl Fn(&T) -> String,
    ) {
        let Some(value) = value else { return };
        if slot.as_ref() == Some(value) {
            self.idle(key, format!("`{key}` is already {}", shown(value)));
        }
        *slot = Some(value.clone());
    }

    fn set_inferred<T: Clone + PartialEq>(
        &mut self,
        key: &'static str,
        slot: &mut Option<T>,
        said: Option<&Inferred<T>>,
    ) {
        let wanted = match said {
            None => return,
            Some(Inferred::Set(value)) => Some(value.clone()),
            Some(Inferred::Remove(_)) => None,
        };
        if *slot == wanted {
            self.idle(key, format!("the {key} is already that"));
        }
        *slot = wanted;
    }

    /// A wire name equal to the documented name removes the one that a rule inferred.
    fn set_wire(&mut self, name: &str, slot: &mut Option<String>, value: Option<&String>) {
        let mut current = slot.take().unwrap_or_else(|| name.to_owned());
        self.set("wire", &mut current, value);
        *slot = Some(current).filter(|wire| wire != name);
    }

    fn set_values(&mut self, slot: &mut Vec<Scalar>, value: Option<&Vec<Scalar>>) {
        let Some(value) = value else { return };
        if slot == value {
            let shown: Vec<String> = value.iter().map(Scalar::to_string).collect();
            let message = format!("`values` is already [{}]", shown.join(", "));
            self.idle("values", message);
        }
        value.clone_into(slot);
    }
}
