"""What anybody may read of a store: its menu, its pictures, itself."""

from dataclasses import dataclass

from orders_service.domain.image import Image
from orders_service.domain.store import Store, StoreNow
from orders_service.ports.catalogue_query_port import Offer
from orders_service.ports.page import Page
from orders_service.usecases.browse_catalogue_usecase import BrowseCatalogue
from orders_service.usecases.browse_category_usecase import BrowseCategory
from orders_service.usecases.describe_store_usecase import DescribeStore
from orders_service.usecases.list_stores_usecase import ListStores
from orders_service.usecases.show_image_usecase import ShowImage
from orders_service.usecases.show_product_usecase import ShowProduct
from orders_service.usecases.show_store_usecase import ShowStore
from servicekit.database.retry import UseCase


@dataclass(frozen=True, slots=True)
class MenuUseCases:
    """One field for each use case."""

    browse: UseCase[BrowseCatalogue, Page[Offer, str]]
    browse_category: UseCase[BrowseCategory, Page[Offer, str]]
    show_product: UseCase[ShowProduct, Offer]
    show_image: UseCase[ShowImage, Image]
    show_store: UseCase[ShowStore, Store]
    list_stores: UseCase[ListStores, Page[StoreNow, str]]
    describe_store: UseCase[DescribeStore, StoreNow]
