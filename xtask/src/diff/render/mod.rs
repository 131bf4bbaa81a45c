//! One renderer per format; each takes the same [`Report`](super::report::Report).

pub mod github;
pub mod html;
pub mod json;
pub mod markdown;
pub mod text;
