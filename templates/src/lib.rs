//! Writes: from the IR to the files of a Rust client crate. Pure functions; no disk, no Markdown
//! reading, no clock.
//!
//! `plan` settles every name once, for the whole API; then each file is rendered by itself, as
//! tokens that prettyplease prints, on every core.

mod argument;
mod crate_root;
mod doc;
mod example;
mod example_body;
mod examples;
mod harness;
mod job;
mod licenses;
mod manifest;
mod model_uses;
mod models;
mod models_enum;
mod models_item;
mod models_reach;
mod models_shared;
mod names;
mod operation;
mod operations;
mod paging;
mod permissions;
mod plan;
mod print;
mod readme;
mod region;
mod requests;
mod runtime_files;
mod rust_type;
mod surface;
mod topics;
mod values;

use rayon::prelude::*;
use std::cmp::Reverse;

pub use harness::render_harness;
pub use plan::RenderInput;
pub use print::RenderedFile;
pub use surface::{
    FieldSurface, ModelSurface, OperationSurface, ParameterSurface, Surface, TopicSurface, accepts,
    surface, topic_functions,
};

/// Renders the client crate: its files, sorted by path.
///
/// There is no error path: the input was checked before, and any names and texts of the API give valid
/// Rust.
pub fn render(input: &RenderInput<'_>) -> Vec<RenderedFile> {
    let plan = plan::plan(input);
    // The largest pages first. A large one that began last would keep one core busy after the others.
    let mut pages: Vec<_> = plan.pages.iter().collect();
    pages.sort_by_key(|page| Reverse(page.operations.len()));
    let mut files: Vec<RenderedFile> = pages
        .par_iter()
        .with_max_len(1)
        .map(|page| operations::page(&plan, page))
        .chain(
            plan.shared
                .par_iter()
                .enumerate()
                .map(|(index, shared)| operations::shared(&plan, index, shared)),
        )
        .chain(pages.par_iter().map(|page| requests::page(&plan, page)))
        .collect();
    files.push(requests::root(&plan));
    files.push(operations::root(&plan));
    files.extend(operations::shared_root(&plan));
    files.push(crate_root::render(&plan));
    files.extend(models::render(&plan));
    files.push(permissions::render(&plan));
    files.push(readme::render(&plan));
    files.push(region::render(&plan));
    files.push(manifest::render(&plan));
    files.push(manifest::rustfmt());
    files.extend(examples::render(&plan));
    files.extend(licenses::render(&plan));
    files.extend(topics::render(&plan));
    files.extend(runtime_files::render());
    files.sort_by(|left, right| left.path.cmp(&right.path));
    files
}
