"""Everything that the service can do, for whoever opens a door to it."""

from dataclasses import dataclass

from orders_service.domain.client import Registration
from orders_service.domain.order import Order
from orders_service.domain.promotion import Promotion
from orders_service.domain.shelf import Movement
from orders_service.domain.staff import Staff
from orders_service.domain.store import StoreNow
from orders_service.entrypoints.cart_usecases import CartUseCases
from orders_service.entrypoints.menu_usecases import MenuUseCases
from orders_service.ports.client_ports import HistoryPosition
from orders_service.ports.order_query_port import QueuePosition, SagaEvent
from orders_service.ports.order_watch_port import QueuedOrder, Sighting
from orders_service.ports.page import Page
from orders_service.ports.secrets_ports import AccessToken
from orders_service.ports.stock_query_port import StockReport
from orders_service.ports.survey_query_port import OrdersSurvey
from orders_service.usecases.add_promotion_usecase import AddPromotion
from orders_service.usecases.add_staff_usecase import AddStaff
from orders_service.usecases.advance_order_usecase import AdvanceOrder
from orders_service.usecases.browse_clients_usecase import ListClients, ShowClient, ShowHistory
from orders_service.usecases.cancel_order_usecase import CancelOrder
from orders_service.usecases.checkout_usecase import Checkout
from orders_service.usecases.close_payment_usecase import ClosePayment
from orders_service.usecases.confirm_payment_usecase import ConfirmPayment
from orders_service.usecases.create_product_usecase import CreateProduct
from orders_service.usecases.edit_product_usecase import EditProduct
from orders_service.usecases.edit_promotion_usecase import EditPromotion
from orders_service.usecases.edit_store_usecase import EditStore
from orders_service.usecases.erase_client_usecase import EraseClient
from orders_service.usecases.find_guests_usecase import FindGuests
from orders_service.usecases.found_store_usecase import FoundStore
from orders_service.usecases.identify_client_usecase import IdentifyClient
from orders_service.usecases.illustrate_demo_usecase import IllustrateDemo
from orders_service.usecases.illustrate_product_usecase import IllustrateProduct
from orders_service.usecases.list_movements_usecase import ListMovements
from orders_service.usecases.list_orders_usecase import ListOrders
from orders_service.usecases.list_promotions_usecase import ListPromotions
from orders_service.usecases.list_staff_usecase import ListStaff
from orders_service.usecases.load_demo_usecase import LoadDemo
from orders_service.usecases.open_batch_usecase import OpenBatch
from orders_service.usecases.open_store_usecase import OpenStore
from orders_service.usecases.purge_usecase import Purge
from orders_service.usecases.record_chargeback_usecase import RecordChargeback
from orders_service.usecases.record_refund_usecase import RecordRefund
from orders_service.usecases.register_client_usecase import RegisterClient
from orders_service.usecases.reject_payment_usecase import RejectPayment
from orders_service.usecases.remove_promotion_usecase import RemovePromotion
from orders_service.usecases.remove_staff_usecase import RemoveStaff
from orders_service.usecases.reseal_clients_usecase import ResealClients, Resealed
from orders_service.usecases.retire_product_usecase import RetireProduct
from orders_service.usecases.set_stock_usecase import SetStock
from orders_service.usecases.show_board_usecase import ShowBoard
from orders_service.usecases.show_order_usecase import ShowOrder
from orders_service.usecases.show_payment_usecase import ShowPayment
from orders_service.usecases.show_promotion_usecase import ShowPromotion
from orders_service.usecases.show_stock_usecase import ShowStock
from orders_service.usecases.show_timeline_usecase import ShowTimeline
from orders_service.usecases.sign_in_usecase import SignIn
from orders_service.usecases.survey_orders_usecase import SurveyOrders
from orders_service.usecases.sweep import Sweep
from orders_service.usecases.watch_orders_usecase import WatchOrders
from servicekit.database.retry import UseCase


@dataclass(frozen=True, slots=True)
class UseCases:
    """One field for each use case; those that read the menu twice.

    `menu` tells what is so now, as whoever changes it needs. `public_menu` may tell what was so a moment ago.
    """

    menu: MenuUseCases
    public_menu: MenuUseCases

    found_store: UseCase[FoundStore, StoreNow]
    edit_store: UseCase[EditStore, StoreNow]
    create_product: UseCase[CreateProduct, str]
    illustrate_product: UseCase[IllustrateProduct, None]
    edit_product: UseCase[EditProduct, None]
    retire_product: UseCase[RetireProduct, None]
    set_stock: UseCase[SetStock, None]
    open_batch: UseCase[OpenBatch, Movement]
    show_stock: UseCase[ShowStock, StockReport]
    list_movements: UseCase[ListMovements, Page[Movement, str]]
    add_promotion: UseCase[AddPromotion, Promotion]
    list_promotions: UseCase[ListPromotions, Page[Promotion, str]]
    show_promotion: UseCase[ShowPromotion, Promotion]
    edit_promotion: UseCase[EditPromotion, Promotion]
    remove_promotion: UseCase[RemovePromotion, None]

    carts: CartUseCases
    checkout: UseCase[Checkout, Order]
    show_order: UseCase[ShowOrder, Order]
    list_orders: UseCase[ListOrders, Page[Order, QueuePosition]]
    advance_order: UseCase[AdvanceOrder, Order]
    cancel_order: UseCase[CancelOrder, Order]
    show_timeline: UseCase[ShowTimeline, tuple[SagaEvent, ...]]
    watch_orders: UseCase[WatchOrders, Sighting]
    show_board: UseCase[ShowBoard, tuple[QueuedOrder, ...]]

    show_payment: UseCase[ShowPayment, None]
    confirm_payment: UseCase[ConfirmPayment, None]
    reject_payment: UseCase[RejectPayment, None]
    close_payment: UseCase[ClosePayment, None]
    record_refund: UseCase[RecordRefund, None]
    record_chargeback: UseCase[RecordChargeback, None]

    expire_orders: UseCase[Sweep, int]
    give_up_waiting: UseCase[Sweep, int]
    nudge_orders: UseCase[Sweep, int]
    purge: UseCase[Purge, int]
    survey_orders: UseCase[SurveyOrders, OrdersSurvey]

    register_client: UseCase[RegisterClient, Registration]
    identify_client: UseCase[IdentifyClient, Registration]
    list_clients: UseCase[ListClients, Page[Registration, str]]
    show_client: UseCase[ShowClient, Registration]
    show_history: UseCase[ShowHistory, Page[Order, HistoryPosition]]
    erase_client: UseCase[EraseClient, None]
    finish_erasures: UseCase[Sweep, int]
    reseal_clients: UseCase[ResealClients, Resealed]

    sign_in: UseCase[SignIn, AccessToken | None]
    add_staff: UseCase[AddStaff, Staff]
    list_staff: UseCase[ListStaff, Page[Staff, str]]
    remove_staff: UseCase[RemoveStaff, None]
    open_store: UseCase[OpenStore, bool]
    load_demo: UseCase[LoadDemo, bool]
    illustrate_demo: UseCase[IllustrateDemo, int]
    find_guests: UseCase[FindGuests, tuple[str, ...]]
