//! Documented values as open enums: a value that the docs don't list is kept. Touches nothing.

use crate::doc::{Doc, code};
use crate::names::Scope;
use crate::rust_type::ident;
use proc_macro2::TokenStream;
use quote::quote;
use spec::Scalar;

/// The variants of an open enum: the text on the wire, and the name.
pub fn variants(values: &[Scalar]) -> Vec<(String, String)> {
    let mut texts: Vec<String> = Vec::new();
    for value in values {
        let text = value.to_string();
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    let names = Scope::new(&["Unknown"]).types(texts.iter().map(String::as_str));
    texts.into_iter().zip(names).collect()
}

/// An open enum of that name. `module` is the runtime's, whose `values!` makes it one: `model` for a
/// field, `open_enum` for a parameter; it must be in scope.
pub fn open_enum(module: &str, name: &str, doc: &Doc, values: &[Scalar]) -> TokenStream {
    let (texts, variants): (Vec<String>, Vec<String>) = variants(values).into_iter().unzip();
    let variants: Vec<_> = variants.iter().map(|name| ident(name)).collect();
    let docs = texts.iter().map(|text| Doc::new().line(code(text)).clone());
    let (module, name) = (ident(module), ident(name));
    quote! {
        #doc
        #[non_exhaustive]
        pub enum #name {
            #(#docs #variants,)*
            /// A value that the docs don't list.
            Unknown(std::string::String),
        }
        #module::values!(#name { #(#variants #texts),* });
    }
}
