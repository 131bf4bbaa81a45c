//! Types of the IR as Rust types. Pure. Types have their path, because a page or a model may have the
//! name of a type of the standard library.

use crate::names;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use spec::Type;

pub fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// The type that holds such a value. `models` and `runtime` are in scope wherever this stands.
pub fn owned(ty: &Type) -> TokenStream {
    match ty {
        Type::String => quote!(String),
        Type::Integer => quote!(i64),
        Type::Number => quote!(f64),
        Type::Boolean => quote!(bool),
        Type::Date => quote!(jiff::civil::Date),
        Type::DateTime => quote!(jiff::Timestamp),
        Type::Object => quote!(serde_json::Value),
        Type::Void => quote!(()),
        Type::Model(name) => {
            let name = ident(&names::model(name));
            quote!(models::#name)
        }
        Type::Array(inner) => {
            let inner = owned(inner);
            quote!(Vec<#inner>)
        }
        Type::Map(inner) => {
            let inner = owned(inner);
            quote!(std::collections::BTreeMap<String, #inner>)
        }
    }
}
