//! One renderer per format; each takes the same [`DiffReport`](super::report::DiffReport).

pub mod github;
pub mod html;
pub mod json;
pub mod markdown;
pub mod text;
