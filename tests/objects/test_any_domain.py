"""Objects of a domain that says nothing of them: its classes cost three lines each, or none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from demo_data import FKRegistry, isolated_factories, set_profile, set_seed
from demo_data.engine.assemble import assemble
from demo_data.engine.world import World
from demo_data.objects import EntityFactory, factories
from demo_data.objects.state import current
from demo_data.profile import load_profile
from tests.objects.shop import DOMAIN
from tests.objects.shop.bills.model import Bill
from tests.objects.shop.customers.model import Customer
from tests.objects.shop.orders.model import Order
from tests.objects.shop.streets.model import Street
from tests.objects.shop.visits.model import Visit


class StreetFactory(EntityFactory[Street]):
    __domain__ = DOMAIN


class CustomerFactory(EntityFactory[Customer]):
    __domain__ = DOMAIN


class OrderFactory(EntityFactory[Order]):
    __domain__ = DOMAIN


class BillFactory(EntityFactory[Bill]):
    __domain__ = DOMAIN


class VisitFactory(EntityFactory[Visit]):
    __domain__ = DOMAIN


@pytest.fixture(autouse=True)
def registry() -> Iterator[FKRegistry]:
    """An empty registry of the domain, and a seed."""
    with isolated_factories(seed=3, domain=DOMAIN) as empty:
        yield empty


def test_the_dataset_again() -> None:
    """Level by level, under a profile, the first batches are the tables of the dataset."""
    set_profile("demo", domain=DOMAIN)
    world = World(DOMAIN, load_profile("demo", seed=3, domain=DOMAIN))
    tables = {table: assemble(world.rows(table, 0, world.count(table))).to_pylist() for table in DOMAIN.tables}
    for factory in (StreetFactory, CustomerFactory, OrderFactory, BillFactory, VisitFactory):
        rows = tables[factory.__table__]

        assert [made.model_dump() for made in factory.build_batch_and_register(len(rows))] == rows


def test_one_by_one() -> None:
    """Ids go on, parents take turns, and a customer's latest order comes first."""
    streets = [StreetFactory.build_and_register() for _ in range(2)]
    customers = [CustomerFactory.build_and_register(kind="new") for _ in range(3)]
    orders = [OrderFactory.build() for _ in range(6)]

    assert [street.id for street in streets] == ["S-01", "S-02"]
    assert [(each.id, each.street_id) for each in customers] == [
        ("C-001", "S-01"),
        ("C-002", "S-02"),
        ("C-003", "S-01"),
    ]
    assert [order.id for order in orders] == [f"C-00{of}-0{number}" for number in (30, 29) for of in (1, 2, 3)]
    assert orders[3].day < orders[0].day


def test_what_follows_from_an_override() -> None:
    """What is derived from an overridden field follows it, in children too."""
    StreetFactory.build_and_register()
    customer = CustomerFactory.build_and_register(kind="old")

    assert customer.orders_a_day == 2
    assert BillFactory.build().number == 60
    assert BillFactory.build(customer_id=customer.id, amount=1.5).amount == 1.5


def test_a_bill_adds_up() -> None:
    """What is computed from children agrees with the children that are made."""
    StreetFactory.build_and_register()
    customers = CustomerFactory.build_batch_and_register(2)
    orders = OrderFactory.batch(sum(30 * each.orders_a_day for each in customers))

    for bill in BillFactory.batch(2):
        own = [order.amount for order in orders if order.customer_id == bill.customer_id]
        assert bill.number == len(own)
        assert bill.amount == pytest.approx(sum(own), abs=0.005)


def test_only_the_id_is_known(registry: FKRegistry) -> None:
    """A parent of which only the id is known is stood in for; one that is named need not be registered."""
    registry.register("streets", ["S-07", "Elm Street"])

    assert {CustomerFactory.build().street_id for _ in range(4)} == {"S-07", "Elm Street"}
    assert CustomerFactory.build(street_id="Nowhere").street_id == "Nowhere"
    assert OrderFactory.build(customer_id="C-100").id.startswith("C-100-")


def test_parents_that_fit() -> None:
    """A class whose rows have no parents says so, by the class that makes them and the argument that names one."""
    with pytest.raises(
        ValueError, match=r"No streets registered .* StreetFactory.build_batch_and_register\(3\), or pass"
    ):
        CustomerFactory.build()
    with pytest.raises(TypeError, match=r"customers.street_id is a text, not 7"):
        CustomerFactory.build(street_id=7)


def test_parents_of_parents() -> None:
    """A row that refers to its parent's parent, too, fits it whichever of both the caller names."""
    streets = StreetFactory.build_batch_and_register(3)
    homes = {each.id: each.street_id for each in CustomerFactory.build_batch_and_register(7)}

    for visit in (*VisitFactory.batch(7), VisitFactory.build(customer_id="C-005")):
        assert homes[visit.customer_id] == visit.street_id
    for visit in VisitFactory.batch(9, street_id=streets[1].id):
        assert homes[visit.customer_id] == visit.street_id == streets[1].id
    with pytest.raises(ValueError, match=r"No customers .* for S-09: .*build_and_register\(street_id='S-09'"):
        VisitFactory.build(street_id="S-09")


def test_no_more_than_there_are() -> None:
    """A customer has so many orders, and one bill."""
    StreetFactory.build_and_register()
    CustomerFactory.build_and_register(kind="new")

    assert len(OrderFactory.batch(30)) == 30
    with pytest.raises(ValueError, match="'C-001' has no more than 30 orders"):
        OrderFactory.build()
    with pytest.raises(ValueError, match="2 rows of bills are more than the 1 customers; each has one"):
        BillFactory.batch(2)


def test_seeds_and_states_are_the_domain_s() -> None:
    """Another domain's seed, registry and numbers are its own."""
    first = [CustomerFactory.build(street_id="S-01").kind for _ in range(20)]
    set_seed(4)

    assert current(DOMAIN).seed == 3
    set_seed(3, domain=DOMAIN)
    assert [CustomerFactory.build(street_id="S-01").kind for _ in range(20)] == first
    set_seed(5, domain=DOMAIN)
    assert [CustomerFactory.build(street_id="S-01").kind for _ in range(20)] != first


def test_its_own_entity_types(registry: FKRegistry) -> None:
    """A registry knows the tables of its domain, and those beside them."""
    registry.register("vouchers", ["V"])

    with pytest.raises(ValueError, match="'farmers' is no entity type; did you mean"):
        registry.register("farmers", ["F"])


def test_classes_of_tables() -> None:
    """A table without a class of its own has a plain one, named after its model."""
    made = factories(DOMAIN)

    assert [each.__name__ for each in made.values()] == [
        f"{name}Factory" for name in ("Street", "Customer", "Order", "Bill", "Visit")
    ]
    assert made["streets"].build().id == "S-01"
