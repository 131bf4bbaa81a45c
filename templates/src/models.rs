//! IR models to `src/models`: one file a described model, and the list of them. Pure.
//!
//! With one file per model, the diff of a docs update has only the models that changed. A model without
//! a description is an alias of JSON in the list: as types of their own, a thousand of them took a third
//! of the time to check the client, and code that used them broke anyway when the docs described them.
//! A model's open enums are in its module (`models::trustee::State`), because names `{Model}{Field}`
//! would clash: `UserState` is both a model and `User.state`. Models with the same enum share it, see
//! `models_shared`. A model is a plain struct and one macro;
//! the runtime's `model/mod.rs` says what models cost the compiler.

use crate::doc::{Doc, code};
use crate::model_uses::Uses;
use crate::models_enum::has_enums;
use crate::models_reach::reach;
use crate::plan::{EVENT_MODELS, Plan};
use crate::print::{self, RenderedFile};
use crate::rust_type::ident;
use crate::{model_uses, models_item, models_shared, names};
use proc_macro2::TokenStream;
use quote::quote;
use rayon::prelude::*;
use spec::Model;
use std::collections::BTreeSet;

const SOURCE: &str = "spec/ir/models.yaml";

/// Renders every model, and `src/models/mod.rs`.
pub fn render(plan: &Plan<'_>) -> Vec<RenderedFile> {
    let models = &plan.input.api.models.models;
    if models.is_empty() {
        return Vec::new();
    }
    let modules = names::model_modules(models.iter().map(|model| model.name.as_str()));
    let uses = model_uses::uses(plan.input.api);
    let unused = Uses::default();
    let reached = reach(plan.input.api);
    let imports = models_shared::imports(models, &modules, &reached);
    let mut files: Vec<RenderedFile> = models
        .par_iter()
        .zip(&modules)
        .zip(&imports)
        .filter(|((model, _), _)| !model.opaque)
        .map(|((model, module), imports)| {
            let path = format!("src/models/{module}.rs");
            let uses = uses.get(model.name.as_str()).unwrap_or(&unused);
            print::rust(&path, SOURCE, models_item::render(model, uses, imports))
        })
        .collect();
    files.push(index(plan, models, &modules, &reached));
    files
}

fn index(
    plan: &Plan<'_>,
    models: &[Model],
    modules: &[String],
    reached: &[BTreeSet<usize>],
) -> RenderedFile {
    let mut doc = Doc::new();
    doc.markdown(
        "The shapes of bodies.\n\
         \n\
         Every field is an `Option`, and every model has `Default`: servers leave out what an answer does\n\
         not need, also fields that the docs call required. A field that is `None` is not sent.\n\
         [`model!`](crate::model) makes a model as its JSON reads.\n\
         \n\
         What an answer holds beyond the docs is kept in `extra` ([`Extra`](crate::Extra)) and sent back, so\n\
         read, change, write erases nothing: fields that the docs do not list, and values that are not of\n\
         the documented type, whose field is `None` then. So one odd value does not lose the rest.\n\
         Documented values of a field are an enum within [`Open`](crate::Open), which also keeps any other text.\n\
         Name it by the path of its model: models with the same values share one enum until their values differ.\n\
         Times are UTC; they are written with three digits of fraction or none.\n\
         \n\
         Where a field's name in JSON is not said, it is the Rust name in lower camel case. What the docs name\n\
         and do not describe is its JSON.",
    );
    let doc = doc.inner();
    let entries = models
        .iter()
        .zip(modules)
        .zip(reached)
        .map(|((model, module), pages)| {
            let cfg = cfg(plan, pages);
            let name = ident(&names::model(&model.name));
            if model.opaque {
                let doc = opaque_doc(model);
                return quote!(#doc #cfg pub type #name = ::serde_json::Value;);
            }
            let module = ident(module);
            // Only enums have another path; a struct alone is named in one place.
            let visibility = has_enums(model).then(|| quote!(pub));
            quote! {
                #cfg
                #visibility mod #module;
                #cfg
                #[doc(inline)]
                pub use self::#module::#name;
            }
        });
    let mut file = print::RustFile::new("src/models/mod.rs", SOURCE);
    file.items(quote! {
        #doc
        #![allow(missing_docs, reason = "of many fields the docs say no more than name and type")]
    });
    entries.for_each(|entry| file.items(entry));
    file.finish()
}

fn opaque_doc(model: &Model) -> Doc {
    let mut doc = Doc::new();
    doc.markdown(&format!(
        "{}: the docs do not describe it, so this is its JSON.",
        code(&model.name)
    ));
    doc
}

/// The models that are types of their own, each with its module and the features that compile it.
pub fn described<'a>(
    plan: &'a Plan<'_>,
) -> impl Iterator<Item = (&'a Model, String, Vec<&'a str>)> {
    let models = &plan.input.api.models.models;
    let modules = names::model_modules(models.iter().map(|model| model.name.as_str()));
    let models = models.iter().zip(modules).zip(reach(plan.input.api));
    models
        .filter(|((model, _), _)| !model.opaque)
        .map(|((model, module), pages)| (model, module, features(plan, &pages)))
}

/// The features that compile a model, each of them.
fn features<'a>(plan: &'a Plan<'_>, pages: &BTreeSet<usize>) -> Vec<&'a str> {
    let feature = |page: &usize| {
        let page = plan.pages.get(*page);
        page.map_or(EVENT_MODELS, |page| page.feature.as_str())
    };
    if pages.is_empty() {
        return vec!["full"];
    }
    pages.iter().map(feature).collect()
}

fn cfg(plan: &Plan<'_>, pages: &BTreeSet<usize>) -> TokenStream {
    match features(plan, pages).as_slice() {
        [feature] => quote!(#[cfg(feature = #feature)]),
        features => quote!(#[cfg(any(#(feature = #features),*))]),
    }
}
