//! `src/operations.rs` and its modules: one per page, and one per set of pages that share
//! operations. Pure.

use crate::doc::{Doc, code};
use crate::plan::{Home, OperationPlan, PagePlan, ParameterPlan, Plan, SharedPlan};
use crate::print::{self, RenderedFile};
use crate::rust_type::ident;
use crate::{operation, values};
use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use std::collections::BTreeSet;

/// The module that declares the others.
pub fn root(plan: &Plan<'_>) -> RenderedFile {
    let mut doc = Doc::new();
    doc.markdown(
        "Operations by page of the docs: one module for each, compiled with the feature of that name.\n\n\
         A page's operations are methods of its handle, which a method of [`Client`](crate::Client) returns.\n\
         Its module also has the request builders and the documented values of parameters.",
    );
    let doc = doc.inner();
    let pages = plan.pages.iter().map(|page| {
        let (feature, module) = (&page.feature, ident(&page.module));
        quote!(#[cfg(feature = #feature)] pub mod #module;)
    });
    let shared = (!plan.shared.is_empty()).then(|| {
        quote!(
            mod shared;
        )
    });
    let of_pages = plan.pages.iter().filter(|page| page.has_own());
    let of_pages = of_pages.map(|page| {
        let (feature, module) = (&page.feature, ident(&page.module));
        quote!(#[cfg(feature = #feature)] #module::OPERATIONS)
    });
    let of_several = plan.shared.iter().map(|shared| {
        let (features, module) = (features(plan, shared), ident(&shared.module));
        quote!(#[cfg(any(#(feature = #features),*))] shared::#module::OPERATIONS)
    });
    let tables = of_pages.chain(of_several);
    // rustc says of a type that its feature is off, but not of a method.
    let missing = plan.pages.iter().map(|page| {
        let (feature, accessor) = (&page.feature, ident(&page.module));
        let note = format!(
            "turn on the feature `{feature}` of `{}`",
            plan.input.client.krate.name
        );
        quote! {
            #[cfg(not(feature = #feature))]
            impl crate::Client {
                #[doc(hidden)]
                #[deprecated(note = #note)]
                pub fn #accessor(&self) -> crate::runtime::FeatureIsOff {
                    crate::runtime::FeatureIsOff
                }
            }
        }
    });
    let tokens = quote! {
        #doc
        #(#pages)*
        #shared
        #(#missing)*
        /// The operations of the pages that are compiled, each table sorted by id.
        pub(crate) static TABLES: &[&[crate::runtime::Operation]] = &[#(#tables),*];
    };
    print::rust("src/operations.rs", "ir", tokens)
}

/// The module that declares the shared ones, if there are any.
pub fn shared_root(plan: &Plan<'_>) -> Option<RenderedFile> {
    if plan.shared.is_empty() {
        return None;
    }
    let mut doc = Doc::new();
    doc.markdown(
        "What operations on several pages need; compiled with the feature of any of those pages.",
    );
    let doc = doc.inner();
    let modules = plan.shared.iter().map(|shared| {
        let module = ident(&shared.module);
        let features = features(plan, shared);
        quote! {
            #[cfg(any(#(feature = #features),*))]
            pub(crate) mod #module;
        }
    });
    let tokens = quote!(#doc #(#modules)*);
    Some(print::rust("src/operations/shared.rs", "ir", tokens))
}

/// The features of a set of pages.
fn features<'a>(plan: &'a Plan<'_>, shared: &'a SharedPlan) -> impl Iterator<Item = &'a str> {
    let pages = shared.pages.iter();
    pages.map(|&page| plan.pages[page].feature.as_str())
}

/// The module of a set of pages.
pub fn shared(plan: &Plan<'_>, index: usize, shared: &SharedPlan) -> RenderedFile {
    let names: Vec<&str> = shared
        .pages
        .iter()
        .map(|&page| plan.pages[page].page.api.as_str())
        .collect();
    let mut doc = Doc::new();
    doc.markdown(&format!(
        "Operations that are on several pages: {}.",
        names.join(", ")
    ));
    let doc = doc.inner();
    let first = &plan.pages[shared.pages[0]];
    let operations: Vec<_> = first
        .operations
        .iter()
        .filter(|operation| operation.home == Home::Shared(index))
        .collect();
    let has_model = operations
        .iter()
        .any(|planned| builder_names_model(planned));
    let imports = imports(has_model, true, operations.iter().copied());
    let path = format!("src/operations/shared/{}.rs", shared.module);
    let mut file = print::RustFile::new(&path, &format!("docs/{}.md", names[0]));
    file.items(quote!(#doc #imports));
    for planned in &operations {
        file.items(items(plan, planned));
    }
    file.items(table(operations));
    file.finish()
}

/// The module of a page.
pub fn page(plan: &Plan<'_>, page: &PagePlan<'_>) -> RenderedFile {
    let api = &page.page.api;
    let mut doc = Doc::new();
    doc.markdown(&format!("Operations of the page {}.", code(api)));
    let doc = doc.inner();
    let has_model =
        page.operations.iter().any(method_names_model) || page.own().any(builder_names_model);
    let methods: Vec<TokenStream> = page
        .operations
        .iter()
        .map(|planned| operation::method(plan, page, planned))
        .collect();
    let has_runtime = page.has_own() || methods.iter().any(names_runtime);
    let imports = imports(has_model, has_runtime, page.own());
    let reexports = reexports(plan, page);
    let path = format!("src/operations/{}.rs", page.module);
    let mut file = print::RustFile::new(&path, &format!("docs/{api}.md"));
    file.items(quote!(#doc #imports #reexports));
    file.items(handle(page));
    let handle = ident(&page.handle);
    file.implementation(&quote!(impl #handle), methods.into_iter());
    for planned in page.own() {
        file.items(items(plan, planned));
    }
    for planned in &page.operations {
        file.items(operation::alias_types(planned));
    }
    if page.has_own() {
        file.items(table(page.own().collect()));
    }
    file.finish()
}

/// Whether the method in the page's module names a model.
fn method_names_model(planned: &OperationPlan<'_>) -> bool {
    let returns = planned.builder.is_none() && planned.operation.returns.model().is_some();
    returns || planned.required().any(is_of_model)
}

/// Whether the parameter's type names a model; only a body's does, others are sent as JSON text.
fn is_of_model(plan: &ParameterPlan<'_>) -> bool {
    plan.parameter.location.is_body() && plan.parameter.ty.model().is_some()
}

/// Whether the request builder names a model.
fn builder_names_model(planned: &OperationPlan<'_>) -> bool {
    let returns = planned.operation.returns.model().is_some();
    planned.builder.is_some() && (returns || planned.optional().any(is_of_model))
}

/// Whether code names the module `runtime`. A page may not, if all its operations are shared with other
/// pages and each has a builder.
fn names_runtime(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => names_runtime(&group.stream()),
        TokenTree::Ident(name) => name == "runtime",
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// The imports of the operations' code: `models` for bodies and answers, `model` for documented values.
fn imports<'a>(
    has_model: bool,
    has_runtime: bool,
    enums_of: impl Iterator<Item = &'a OperationPlan<'a>>,
) -> TokenStream {
    let models = has_model.then(|| {
        quote!(
            use crate::models;
        )
    });
    let mut parameters = enums_of.flat_map(|planned| &planned.parameters);
    let has_enum = parameters.any(|parameter| parameter.values.is_some());
    let runtime = if has_enum {
        quote!(
            use crate::runtime::{self, model};
        )
    } else if has_runtime {
        quote!(
            use crate::runtime;
        )
    } else {
        TokenStream::new()
    };
    quote!(#models #runtime)
}

/// Types that stand in shared modules.
fn reexports(plan: &Plan<'_>, page: &PagePlan<'_>) -> TokenStream {
    let mut out = TokenStream::new();
    for (index, shared) in plan.shared.iter().enumerate() {
        let operations = page
            .operations
            .iter()
            .filter(|planned| planned.home == Home::Shared(index));
        let mut types = BTreeSet::new();
        for planned in operations {
            types.extend(planned.builder.iter());
            types.extend(planned.parameters.iter().filter_map(|p| p.values.as_ref()));
        }
        if !types.is_empty() {
            let module = ident(&shared.module);
            let types = types.into_iter().map(|name| ident(name));
            out.extend(quote!(pub use super::shared::#module::{#(#types),*};));
        }
    }
    out
}

fn handle(page: &PagePlan<'_>) -> TokenStream {
    let (handle, accessor) = (ident(&page.handle), ident(&page.module));
    let count = match page.operations.len() {
        1 => "the one operation".to_owned(),
        count => format!("the {count} operations"),
    };
    let mut doc = Doc::new();
    doc.markdown(&format!(
        "Calls {count} of the page {}. Cheap to clone.\n\nReturned by [`Client::{accessor}`](crate::Client::{accessor}).",
        code(&page.page.api)
    ));
    let mut accessor_doc = Doc::new();
    accessor_doc.markdown(&format!(
        "The operations of the page {}.",
        code(&page.page.api)
    ));
    quote! {
        impl crate::Client {
            #accessor_doc
            pub fn #accessor(&self) -> #handle {
                #handle { client: self.clone() }
            }
        }
        #doc
        #[derive(Clone, Debug)]
        pub struct #handle {
            client: crate::Client,
        }
    }
}

fn items(plan: &Plan<'_>, planned: &OperationPlan<'_>) -> TokenStream {
    let builder = operation::builder(plan, planned);
    let values = planned.parameters.iter().filter_map(|parameter| {
        let name = parameter.values.as_ref()?;
        let mut doc = Doc::new();
        doc.markdown(&format!(
            "Values of {} in {}.",
            code(&parameter.parameter.name),
            code(&planned.operation.id)
        ));
        let item = values::documented(name, &doc, &parameter.parameter.values);
        let name = ident(name);
        Some(quote!(#item model::texts!(#name);))
    });
    quote!(#builder #(#values)*)
}

/// The table of these operations, and the enum that indexes it. rustc checks an array in half the time of
/// as many `static`s, and a call that one shared function makes in less than half. A variant keeps its
/// name if the docs add operations.
fn table(mut operations: Vec<&OperationPlan<'_>>) -> TokenStream {
    operations.sort_by(|left, right| left.operation.id.cmp(&right.operation.id));
    let variants = operations.iter().map(|planned| ident(&planned.variant));
    let entries = operations.iter().map(|planned| operation::entry(planned));
    quote! {
        /// Sorted by id.
        pub(crate) static OPERATIONS: &[runtime::Operation] = &[#(#entries),*];
        /// In the order of `OPERATIONS`.
        #[allow(clippy::enum_variant_names, reason = "so the docs name them")]
        pub(crate) enum OperationId {
            #(#variants),*
        }
        impl OperationId {
            /// Begins a call.
            pub(crate) fn call<T>(self, client: &crate::Client) -> runtime::Call<T> {
                client.call(&OPERATIONS[self as usize])
            }
        }
    }
}
