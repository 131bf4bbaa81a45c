//! The contract: what an API is, as plain data.
//!
//! `generator` makes these values from Markdown pages, `templates` makes Rust from them, and in
//! between they are stored as YAML in `spec/ir`, where people review them. Nothing here reads
//! files, interprets docs or names Rust items. Only [`yaml`] reads and writes YAML.

mod client;
mod fact;
mod model;
mod operation;
mod overlay;
mod reach;
mod scalar;
pub mod text;
mod topic;
mod types;
pub mod yaml;

pub use client::{
    ClientConfig, ConfigFault, CrateConfig, OauthConfig, RegionConfig, Source, SourceKind,
    check_client, is_inside, is_tag, repository_fault,
};
pub use fact::{Fact, FactValue, differing};
pub use model::{Field, Model, Models};
pub use operation::{
    JSON, Job, Location, Method, Operation, Page, Paging, PagingStyle, Parameter, Permissions,
    Require,
};
pub use overlay::{
    FieldPatch, Idle, Inferred, ModelPatch, Nothing, OperationPatch, Overlay, ParameterPatch,
    RenamedOperation,
};
pub use reach::reached;
pub use scalar::Scalar;
pub use topic::{Topic, Topics};
pub use types::Type;

/// The version of the IR that this crate reads and writes.
pub const FORMAT: u32 = 1;

/// The whole API: everything that is rendered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Api {
    /// One entry per page, sorted by [`Page::api`].
    pub pages: Vec<Page>,
    /// Every model that is described, or named by an operation or by another model.
    pub models: Models,
    /// The notification topics, sorted by [`Topic::topic`].
    pub topics: Vec<Topic>,
}
