//! What changed between two versions of the API: on the wire, for Rust code, and for who may call.
//!
//! [`compare`] is pure: two [`spec::Api`] values in, a list of [`Change`]s out. Around it stand the
//! places that versions come from (`source`), the approvals (`accepted`), the classes of noise
//! (`noise`), the version to publish (`bump`), and one renderer per format (`render`).

mod accepted;
pub mod args;
mod bump;
mod change;
pub mod command;
mod compare;
mod fields;
pub mod git;
pub mod lines;
mod models;
mod noise;
pub mod only;
mod operations;
mod order;
mod parameters;
mod permissions;
pub mod renamed;
pub mod render;
pub mod report;
mod rust;
mod sink;
pub mod source;
mod types;
mod values;

pub use accepted::{Approval, Approvals};
pub use bump::Bump;
pub use change::{Access, Change, Id, Impact, Kind, Place};
pub use compare::compare;
pub use noise::{Classes, Drift, classify};
