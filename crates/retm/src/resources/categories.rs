//! Categories of products.

use futures::future::BoxFuture;
use retm_types::{Category, Listing, Product};

use super::{get, list, paged};
use crate::business::Business;
use crate::error::Error;
use crate::list::List;
use crate::request::{Request, check_id};
use crate::transport::{built, decode};

/// Categories of products.
#[derive(Clone, Debug)]
pub struct Categories(pub(super) Business);

impl Categories {
    /// Lists the categories (`list_categories`; exists: documented, the rest assumed).
    pub fn list(&self) -> List<Category> {
        list!(&self.0, list_categories)
    }

    /// Returns one category with the first page of its products (`get_category`, documented).
    /// [`products`](Self::products) pages through all of them.
    pub fn get(&self, id: impl ToString) -> Request<String, Category> {
        get!(&self.0, get_category, id)
    }

    /// Returns one category, or `None` where there is none.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), but for a category that does not exist.
    pub fn get_opt(
        &self,
        id: impl ToString,
    ) -> BoxFuture<'static, Result<Option<Category>, Error>> {
        Box::pin(self.get(id).optional())
    }

    /// Lists the products of one category (`get_category`, documented), page by page like any list.
    pub fn products(&self, id: impl ToString) -> List<Product, String> {
        List::new(
            &self.0,
            "get_category",
            id.to_string(),
            |client, id, paging| {
                check_id(&id)?;
                built(paged!(client.get_category().id(id), paging).request())
            },
            |captured| Ok(products(decode(captured)?)),
        )
    }
}

fn products(category: Category) -> Listing<Product> {
    category.products.unwrap_or_default()
}
