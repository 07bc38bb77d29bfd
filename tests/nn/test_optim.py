"""Optimizers: one rule for Values and arrays, what they keep, and what they refuse."""

from __future__ import annotations

import copy
import itertools
import pickle

import numpy as np
import pytest

from chainrule import errors, grad, nn, zero_grad
from chainrule.nn import optim

OPTIMIZERS = [
    ("SGD", {}),
    ("SGD", {"weight_decay": 0.1}),
    ("SGD", {"momentum": 0.9, "dampening": 0.3}),
    ("SGD", {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ("RMSProp", {}),
    ("RMSProp", {"centered": True, "momentum": 0.5, "weight_decay": 0.1}),
    ("Adam", {}),
    ("Adam", {"amsgrad": True, "weight_decay": 0.1, "betas": (0.5, 0.9)}),
    ("AdamW", {"weight_decay": 0.1}),
    ("Adam", {"clip_norm": 0.5}),
    ("SGD", {"clip_norm": 0.5, "clip_value": 0.25}),
]


def name_of(case):
    return "-".join([case[0], *case[1]])


@pytest.fixture(params=OPTIMIZERS, ids=name_of)
def make(request):
    """A function that makes an optimizer of one kind."""
    name, options = request.param
    return lambda *arguments, lr=0.01: getattr(optim, name)(*arguments, lr=lr, **options)


def some_numbers(shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def loss_of(values):
    """A loss whose gradients differ from step to step."""
    return sum(((p - i) ** 2 * (p.sin() + 2) for i, p in enumerate(values)), start=0.0)


def train_values(Value, make, start, steps):
    values = [Value(x) for x in start.tolist()]
    optimizer = make(values)
    for _ in range(steps):
        optimizer.zero_grad()
        loss_of(values).backward()
        optimizer.step()
    return np.array([p.data for p in values])


# ---- the same steps, whatever the parameters are -------------------------------------------------


def test_values_and_arrays_take_the_same_steps_to_the_bit(Value, make):
    start = some_numbers(7)
    by_hand = train_values(Value, make, start, 30)
    array, values = start.copy(), [Value(x) for x in start.tolist()]
    optimizer = make(array)
    for _ in range(30):
        for p, x in zip(values, array.tolist()):
            p.data = x
        zero_grad(loss := loss_of(values))
        loss.backward()
        optimizer.step([p.grad for p in values])
    assert array.tolist() == by_hand.tolist()
    assert not np.allclose(array, start)


def test_how_the_numbers_are_divided_among_arrays_makes_no_difference(make):
    whole = some_numbers(12)
    parts = {"w": whole[:6].reshape(2, 3).copy(), "b": whole[6:7].copy(), "c": np.array(whole[7])}
    rest = [np.zeros(8)[::2]]  # not contiguous
    rest[0][...] = whole[8:]
    both = make(whole), make([*parts.values(), *rest])
    for seed in range(10):
        g = some_numbers(12, seed)
        both[0].step(g)
        both[1].step([g[:6].reshape(2, 3), g[6:7], g[7], g[8:].tolist()])
    joined = [*parts["w"].ravel(), *parts["b"], parts["c"], *rest[0]]
    # With clipping the sum of the squares is added up in another order.
    assert np.allclose(whole, joined, rtol=1e-14, atol=0)
    if both[0].clip_norm is None:
        assert whole.tolist() == [float(x) for x in joined]


def test_sgd_is_micrograds_line(Value):
    values, same = ([Value(x) for x in some_numbers(20).tolist()] for _ in range(2))
    optimizer = optim.SGD(values, lr=0.3)
    for _ in range(5):
        for each in (values, same):
            zero_grad(loss := loss_of(each))
            loss.backward()
        optimizer.step()
        for p in same:
            p.data -= 0.3 * p.grad
    assert [p.data for p in values] == [p.data for p in same]


def test_values_and_arrays_can_be_mixed(Value, make):
    w, values = np.ones((2, 2)), [Value(1.0), Value(2.0)]
    make([values[0], w, values[1]]).step([1.0, np.full((2, 2), 1.0), 1.0])
    assert len({*w.ravel().tolist(), values[0].data}) == 1
    assert w[0, 0] != 1.0 and values[1].data != 2.0


def test_a_model_a_list_a_dict_and_an_array_of_values_are_the_same(make):
    model = nn.MLP(2, [3, 1])
    start = [p.data for p in model.parameters()]
    gradients = some_numbers(len(start))
    ends = []
    for parameters in (
        model,
        model.parameters(),
        iter(model.parameters()),
        dict(enumerate(model.parameters())),
        np.array(model.parameters(), dtype=object),
    ):
        for p, x in zip(model.parameters(), start):
            p.data = x
        make(parameters).step(gradients.tolist())
        ends.append([p.data for p in model.parameters()])
    assert all(end == ends[0] for end in ends) and ends[0] != start


def test_a_model_may_use_a_parameter_twice(Value):
    class Tied(nn.Module):
        def __init__(self):
            self.w = Value(2.0)
            self.twin = self.w

        def parameters(self):
            return [self.w, [self.twin]]

    model = Tied()
    optim.SGD(model, lr=0.5).step([1.0])
    assert model.w.data == 1.5


@pytest.mark.parametrize(
    ("listed", "text"),
    [
        (lambda w, b: [w, b, w], "'w' is given twice"),
        (lambda w, b: [w, [b, w, b]], None),
        (lambda w, b: [w, np.array([b, w, b], dtype=object)],
         "'w' is given twice .2 repetitions in all."),
        (lambda w, b: {"w": w, "b": b, "twin": w}, "'w' and 'twin' are the same"),
    ],
)  # fmt: skip
def test_a_repeated_value_is_updated_once_with_a_warning(Value, make, listed, text):
    """Its gradient is the sum of all its uses; PyTorch warns, too, and takes two steps."""
    if text is None:
        with pytest.raises(errors.WrongType):
            make(listed(Value(1.0), Value(2.0)))
        return
    w, b = Value(1.0, label="w"), Value(2.0, label="b")
    with pytest.warns(UserWarning, match=f"uses each parameter once, but {text}. Its") as noted:
        optimizer = make(listed(w, b))
    assert noted[0].filename == __file__
    one, two = Value(1.0), Value(2.0)
    single = make([one, two])
    for _ in range(3):
        for values, each in (((w, b), optimizer), ((one, two), single)):
            each.zero_grad()
            (values[0] * values[1] + values[0]).backward()
            each.step()
    assert (w.data, b.data) == (one.data, two.data) and optimizer.count == 2


def test_a_dict_takes_its_gradients_by_name():
    p = {"w": np.array([1.0, 2.0]), "b": np.array(0.5)}
    optimizer = optim.SGD(p, lr=0.1)
    for _ in range(300):
        optimizer.step(grad(lambda p: ((p["w"] - 3) ** 2).sum() + (p["b"] + 1) ** 2)(p))
    assert np.allclose(p["w"], 3) and np.isclose(p["b"], -1)


def test_a_class_of_the_users_own_is_stepped():
    class Number:
        def __init__(self, data):
            self.data, self.grad = data, None

    numbers = [Number(1.0), Number(2.0)]
    optimizer = optim.SGD(numbers, lr=0.5)
    with pytest.raises(errors.GraphError):
        optimizer.step()
    numbers[0].grad = 1.0
    optimizer.step()
    assert [p.data for p in numbers] == [0.5, 2.0]
    optimizer.zero_grad()
    assert numbers[0].grad == 0.0


# ---- the step in detail --------------------------------------------------------------------------


def test_a_parameter_that_was_edited_is_read_again(Value):
    p = Value(1.0)
    optimizer = optim.SGD([p], lr=0.5)
    p.data = 10
    optimizer.step([2.0])
    assert p.data == 9.0


def test_a_parameter_that_the_loss_does_not_reach_has_gradient_0(Value):
    p, q = Value(1.0), Value(2.0)
    optimizer = optim.SGD([p, q], lr=0.5, momentum=0.5)
    (p * q).backward()
    optimizer.step()
    optimizer.zero_grad()
    (p * p).backward()
    moved = q.data
    optimizer.step()
    assert q.data == moved - 0.5 * 0.5 * 1.0


def test_a_frozen_parameter_keeps_its_number(Value, make):
    p, q = Value(1.0), Value(2)
    q.requires_grad = False
    optimizer = make([p, q])
    for _ in range(3):
        optimizer.zero_grad()
        (p * p * q).backward()
        optimizer.step()
    assert q.data == 2 and p.data < 1.0


def test_the_gradients_are_left_as_they_are(make):
    g = some_numbers(5)
    before = g.copy()
    make(np.ones(5)).step(g)
    assert g.tolist() == before.tolist()


def test_zero_grad_forgets_the_gradients(Value):
    p = Value(3.0)
    (p * p).backward()
    optimizer = optim.SGD([p], lr=0.1)
    optimizer.zero_grad()
    assert p.grad_state == "none"
    optim.SGD(np.ones(2), lr=0.1).zero_grad()


def test_a_constant_gradient_does_not_end_centered_rmsprop_in_nan():
    w = np.zeros(1)
    optimizer = optim.RMSProp(w, lr=1e-9, alpha=0.5, centered=True)
    for _ in range(200):
        optimizer.step([0.1])
    assert np.isfinite(w).all()


def test_the_learning_rate_can_be_written_and_can_be_a_function():
    w = np.zeros(1)
    optimizer = optim.SGD(w, lr=1.0)
    optimizer.step([1.0])
    optimizer.lr = 0.5
    optimizer.step([1.0])
    assert w.tolist() == [-1.5]
    optimizer.lr = lambda step: 10.0**step
    assert optimizer.current_lr == 100.0
    optimizer.step([1.0])
    assert w.tolist() == [-101.5]


def test_a_schedule_may_reach_0_but_not_go_below():
    optimizer = optim.SGD(np.zeros(1), lr=lambda step: 1.0 - step)
    optimizer.step([1.0])
    optimizer.step([1.0])
    with pytest.raises(errors.NumberError, match="learning rate at step 2 needs a number from 0"):
        optimizer.step([1.0])


# ---- the state -----------------------------------------------------------------------------------


def test_a_state_goes_on_with_the_same_bits(make):
    gradients = [some_numbers(6, seed) for seed in range(20)]
    straight = some_numbers(6)
    resumed = straight.copy()
    optimizer = make(straight)
    for g in gradients:
        optimizer.step(g)
    first = make(resumed)
    for g in gradients[:9]:
        first.step(g)
    state = pickle.loads(pickle.dumps(first.state_dict()))
    second = type(first)(resumed, lr=7.0)
    second.load_state_dict(state)
    assert second.lr == 0.01 and second.steps == 9
    for g in gradients[9:]:
        second.step(g)
    assert resumed.tolist() == straight.tolist()


def test_a_state_is_a_copy():
    optimizer = optim.Adam(np.zeros(2), lr=0.1)
    optimizer.step([1.0, 1.0])
    state = optimizer.state_dict()
    again = optim.Adam(np.zeros(2))
    again.load_state_dict(state)
    before = copy.deepcopy(state)
    for each in (optimizer, again):
        each.step([5.0, 5.0])
    assert all(np.array_equal(state[name], before[name]) for name in ("mean", "mean_square"))


def test_the_state_of_values_fits_an_array_and_back(Value, make):
    values = [Value(x) for x in (1.0, 2.0, 3.0)]
    optimizer = make(values)
    optimizer.step([1.0, 1.0, 1.0])
    array = np.array([p.data for p in values])
    flat = optimizer.over(array)
    flat.step([0.5, -0.5, 2.0])
    assert [p.data for p in values] != array.tolist()
    optimizer.step([0.5, -0.5, 2.0])
    assert [p.data for p in values] == array.tolist()
    optimizer.load_state_dict(flat.state_dict())
    assert optimizer.steps == 2


def test_an_array_can_stand_for_some_of_the_values(Value, make):
    values = [Value(x) for x in (1.0, 2.0, 3.0)]
    same = [Value(x) for x in (1.0, 2.0, 3.0)]
    whole, parts = make(values), make(same)
    some = [same[2], same[0]]
    for g in ([1.0, -1.0, 2.0], [0.5, 2.0, 1.0], [1.0, 1.0, -3.0]):
        whole.step(g)
    parts.step([1.0, -1.0, 2.0])
    array = np.array([p.data for p in some])
    flat = parts.over(array, some)
    flat.step([1.0, 0.5])
    parts.take_back(flat, some)
    for p, x in zip(some, array.tolist()):
        p.data = x
    assert parts.steps == 2
    if whole.clip_norm is None:  # which depends on all gradients
        parts.step([1.0, 1.0, -3.0])
        assert [same[0].data, same[2].data] == [values[0].data, values[2].data]
        assert same[1].data != values[1].data


def test_fit_trains_what_is_not_frozen_and_hands_the_state_back():
    X, y = [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [1.0, 0.0, 2.0]
    ends = []
    for cut in (0, 4):
        model = nn.MLP(2, [3, 1], seed=1)
        for p in model.layers[0].parameters():
            p.requires_grad = False
        frozen = [p.data for p in model.layers[0].parameters()]
        optimizer = optim.Adam(model, lr=0.05, weight_decay=0.1)
        nn.fit(model, X, y, optimizer=optimizer, epochs=6 - cut, shuffle=False)
        for _ in range(cut):
            optimizer.zero_grad()
            nn.losses.mean("mse", [model(x) for x in X], y).backward()
            optimizer.step()
        assert optimizer.steps == 6
        assert [p.data for p in model.layers[0].parameters()] == frozen
        ends.append([p.data for p in model.parameters()])
    assert ends[0] == pytest.approx(ends[1], rel=1e-12)


def test_fit_needs_an_optimizer_of_all_that_it_trains():
    model = nn.MLP(2, [3, 1], seed=1)
    optimizer = optim.SGD(model.layers[1], lr=0.1)
    with pytest.raises(errors.ShapeError, match="the optimizer has 4 of the 13 parameters"):
        nn.fit(model, [[0.0, 1.0]], [1.0], optimizer=optimizer, epochs=1)


def test_an_optimizer_without_parameters_waits_for_some(make):
    optimizer = make()
    with pytest.raises(errors.ShapeError, match="has no parameters to update"):
        optimizer.step([1.0])
    w = np.ones(2)
    optimizer.over(w).step([1.0, 1.0])
    assert w[0] != 1.0 and optimizer.steps == 0


def test_a_schedule_is_not_part_of_the_state():
    optimizer = optim.SGD(np.zeros(1), lr=optim.Cosine(0.1, steps=10))
    other = optim.SGD(np.zeros(1), lr=optim.Constant(0.5))
    other.load_state_dict(optimizer.state_dict())
    assert other.lr == optim.Constant(0.5)


def test_optimizers_and_schedules_pickle_and_show_their_options():
    optimizer = optim.SGD(np.zeros(3), lr=optim.WarmUp(optim.Cosine(0.1, steps=10), steps=2))
    assert (
        repr(pickle.loads(pickle.dumps(optimizer)))
        == repr(optimizer)
        == (
            "SGD(3 parameters, lr=WarmUp(then=Cosine(lr=0.1, steps=10, final=0.0), steps=2, "
            "start=0.1), weight_decay=0.0, clip_norm=None, clip_value=None, momentum=0.0, "
            "dampening=0.0, nesterov=False)"
        )
    )


# ---- what is refused -----------------------------------------------------------------------------

W = [1.0, 2.0]
# fmt: off
REFUSED = [
    (lambda V: optim.SGD([V(1.0)], lr=0.0), "NumberError",
     "lr needs a positive number, but got 0.0."),
    (lambda V: optim.SGD([V(1.0)], lr=-1), "NumberError",
     "lr needs a positive number, but got -1."),
    (lambda V: optim.Adam([V(1.0)], lr=float("nan")), "NumberError",
     "lr needs a positive number, but got nan."),
    (lambda V: optim.Adam([V(1.0)], lr="fast"), "WrongType",
     "lr needs a positive number, but got 'fast' of type str."),
    (lambda V: setattr(optim.SGD([V(1.0)]), "lr", 0), "NumberError",
     "lr needs a positive number, but got 0."),
    (lambda V: optim.SGD([V(1.0)], momentum=-0.1), "NumberError",
     "momentum needs a number from 0 up, but got -0.1."),
    (lambda V: optim.SGD([V(1.0)], nesterov=True), "ChoiceError",
     "Nesterov's momentum needs a positive momentum and no dampening, but momentum is 0.0 and "
     "dampening is 0.0."),
    (lambda V: optim.SGD([V(1.0)], nesterov=1, momentum=0.5), "WrongType",
     "nesterov needs True or False, but got 1."),
    (lambda V: optim.Adam([V(1.0)], betas=(0.9, 1.0)), "NumberError",
     "betas[1] needs a number from 0 to below 1, but got 1.0."),
    (lambda V: optim.Adam([V(1.0)], betas=0.9), "WrongType",
     "betas needs two numbers, but got 0.9."),
    (lambda V: optim.RMSProp([V(1.0)], eps=0.0), "NumberError",
     "eps needs a positive number, but got 0.0."),
    (lambda V: optim.Adam([V(1.0)], clip_norm=0), "NumberError",
     "clip_norm needs a positive number, but got 0."),
    (lambda V: optim.Adam([]), "ShapeError",
     "Adam needs at least one parameter, but got none."),
    (lambda V: optim.Adam(nn.Module()), "ShapeError",
     "Adam needs at least one parameter, but got none."),
    (lambda V: optim.Adam(0.1), "WrongType",
     "Adam needs a model, or its parameters, but got 0.1 of type float."),
    (lambda V: optim.Adam("w"), "WrongType",
     "Adam needs a model, or its parameters, but got 'w' of type str."),
    (lambda V: optim.Adam([V(1.0), 2.0]), "WrongType",
     "Adam needs Values or arrays of float64 as parameters, but parameter 1 is 2.0 of type float."),
    (lambda V: optim.Adam([{"params": [V(1.0)]}]), "WrongType",
     "Adam needs Values or arrays of float64 as parameters, but parameter 0 is "
     "{'params': [Value(data=1.0, grad=0.0)]} of type dict."
     "\n  remedy  make one optimizer for each group of parameters"),
    (lambda V: optim.Adam([V(1.0, label="w") * 2]), "WrongType",
     "Adam needs leaves as parameters, but parameter 0 is the result of an operation."
     "\n  remedy  list the Values that it was computed from"),
    (lambda V: optim.Adam(nn.Neuron(2).parameters), "WrongType",
     "Adam needs a model, or its parameters, but got <bound method Neuron.parameters of "
     "ReLUNeuron(2)> of type method.\n  remedy  call it"),
    (lambda V: optim.Adam([(w := np.zeros(4)), w[1:2]]), "ShapeError",
     "Adam needs each parameter once, but parameter 0 and parameter 1 are the same."
     "\n  remedy  list a shared parameter once, and pass the sum of its gradients"),
    (lambda V: optim.Adam(np.zeros(2, np.float32)), "WrongType",
     "Adam overwrites arrays of float64, but parameter 0 has dtype float32."
     "\n  remedy  convert it with .astype(float)"),
    (lambda V: optim.Adam(np.broadcast_to(1.0, (3,))), "WrongType",
     "Adam overwrites arrays, but parameter 0 is read-only."),
    (lambda V: optim.Adam(np.zeros(2)).step(), "WrongType",
     "step needs the gradients of arrays, but got none for parameter 0."
     "\n  remedy  optimizer.step(gradients)"),
    (lambda V: optim.Adam([V(1.0)]).step(), "GraphError",
     "step needs gradients, but no parameter has one."
     "\n  remedy  call loss.backward() after zero_grad() and before step()"),
    (lambda V: optim.Adam([V(1.0), V(2.0)]).step([1.0]), "ShapeError",
     "step needs 2 gradients, one for each parameter, but got 1."),
    (lambda V: optim.Adam(np.zeros(2)).step(np.zeros(3)), "ShapeError",
     "step needs a gradient of shape (2,) for parameter 0, but got shape (3,)."),
    (lambda V: optim.Adam([np.zeros(2), np.zeros(3)]).step([[1.0, 2.0], 1.0]), "ShapeError",
     "step needs a gradient of shape (3,) for parameter 1, but got shape ()."),
    (lambda V: optim.Adam({"w": np.zeros(2)}).step({"v": np.zeros(2)}), "ShapeError",
     "step needs gradients named ['w'], but got ['v']."),
    (lambda V: optim.Adam([V(1.0), V(2.0, label="b")]).step([1.0, None]), "WrongType",
     "step needs numbers as gradients, but that of 'b' is None of type NoneType."),
    (lambda V: optim.Adam([V(1.0)]).step([V(1.0)]), "WrongType",
     "step needs numbers as gradients, but that of parameter 0 is "
     "Value(data=1.0, grad=0.0) of type Value."),
    (lambda V: optim.Adam([V(1.0), V(2.0)]).step(["1", "2"]), "WrongType",
     "step needs numbers as gradients, but that of parameter 0 is '1' of type str."),
    (lambda V: optim.Adam([V(1.0), V(2.0)]).step([1.0, float("inf")]), "NumberError",
     "step needs finite gradients, but that of parameter 1 is inf."
     "\n  remedy  diagnose(loss) names the operation it came from"),
    (lambda V: optim.Adam(np.zeros((2, 2))).step([[1.0, 2.0], [float("nan"), 0.0]]), "NumberError",
     "step needs finite gradients, but that of parameter 0 at [1, 0] is nan."
     "\n  remedy  use a smaller learning rate, or clip the gradients in every step"),
    (lambda V: optim.Adam([V(1.0)]).load_state_dict(optim.SGD([V(1.0)]).state_dict()),
     "ChoiceError", "Adam needs a state of Adam, but got one of 'SGD'."),
    (lambda V: optim.Adam([V(1.0)]).load_state_dict({}),
     "ChoiceError", "Adam needs a state of Adam, but got one of None."),
    (lambda V: optim.Adam([V(1.0)]).load_state_dict(stepped(3).state_dict()), "ShapeError",
     "Adam needs a state of 1 numbers, but its 'mean' has shape (3,)."),
    (lambda V: optim.clip_grad_norm([V(1.0)], 0.0), "NumberError",
     "max_norm needs a positive number, but got 0.0."),
    (lambda V: optim.clip_grad_norm(np.array([1.0, float("nan")]), 1.0), "NumberError",
     "clip_grad_norm needs finite gradients, but that of parameter 0 at [1] is nan."
     "\n  remedy  use a smaller learning rate, or clip the gradients in every step"),
    (lambda V: optim.clip_grad_value(np.array([float("-inf")]), 1.0), "NumberError",
     "clip_grad_value needs finite gradients, but that of parameter 0 at [0] is -inf."
     "\n  remedy  use a smaller learning rate, or clip the gradients in every step"),
    (lambda V: optim.Cosine(0.1, steps=0), "NumberError",
     "steps needs a whole number from 1 up, but got 0."),
    (lambda V: optim.StepDecay(-0.1, 10), "NumberError",
     "lr needs a positive number, but got -0.1."),
    (lambda V: optim.WarmUp("x", 10), "WrongType",
     "then needs a positive number, but got 'x' of type str."),
    (lambda V: optim.OneCycle(0.1, 10, rising=1.5), "NumberError",
     "rising needs a number from 0 to 1, but got 1.5."),
]
# fmt: on


def stepped(count):
    optimizer = optim.Adam(np.zeros(count))
    optimizer.step(np.ones(count))
    return optimizer


@pytest.mark.parametrize(
    ("act", "kind", "text"), REFUSED, ids=[f"{i}-{each[1]}" for i, each in enumerate(REFUSED)]
)
def test_what_is_refused_and_how(Value, act, kind, text):
    with pytest.raises(getattr(errors, kind)) as caught:
        act(Value)
    assert str(caught.value) == text


def test_a_refused_step_changes_nothing(Value, make):
    w, p = np.ones(2), Value(1.0)
    optimizer = make([w, p])
    for wrong in ([[1.0, 1.0], float("nan")], [[1.0, 1.0], None], [[1.0, 1.0]]):
        with pytest.raises(errors.ChainruleError):
            optimizer.step(wrong)
    assert w.tolist() == [1.0, 1.0] and p.data == 1.0 and optimizer.steps == 0


# ---- clipping ------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1e-200, 1e-3, 1.0, 1e200])
def test_the_length_of_gradients_is_right_at_any_scale(scale):
    g = np.array([3.0, -4.0]) * scale
    assert optim.clip_grad_norm(g, 1e300) == pytest.approx(5 * scale, rel=1e-15)


def test_clipping_values_leaves_short_gradients_as_computed(Value):
    p, q = Value(3.0), Value(4.0)
    loss = p * p / 2 + q * q / 2
    loss.backward()
    assert optim.clip_grad_norm([p, q], 6.0) == 5.0
    assert p.grad_state == "computed"
    assert optim.clip_grad_norm([p, q], 1.0) == 5.0
    assert (p.grad, q.grad) == pytest.approx((0.6, 0.8), rel=1e-6)
    optim.clip_grad_value([p, q], 0.5)
    assert (p.grad, q.grad) == (0.5, 0.5)


def test_clipping_in_the_optimizer_is_clipping_before_it():
    g, w, v = some_numbers(5) * 3, np.ones(5), np.ones(5)
    for _ in range(3):
        optim.Adam(w, clip_value=0.7, clip_norm=0.5).step(g)
        clipped = g.copy()
        optim.clip_grad_value(clipped, 0.7)
        optim.clip_grad_norm(clipped, 0.5)
        optim.Adam(v).step(clipped)
    assert w.tolist() == v.tolist()


# ---- schedules -----------------------------------------------------------------------------------

SCHEDULES = [
    optim.Constant(0.1),
    optim.StepDecay(0.1, every=7),
    optim.Exponential(0.1, factor=0.9),
    optim.Cosine(0.1, steps=40, final=0.001),
    optim.WarmUp(0.1, steps=10),
    optim.WarmUp(optim.Cosine(0.1, steps=20), steps=10, start=0.0),
    optim.OneCycle(0.1, steps=40),
    *(optim.OneCycle(0.1, steps=n, rising=r) for n in (1, 2, 10) for r in (0.0, 0.1, 1.0)),
]


@pytest.mark.parametrize("schedule", SCHEDULES, ids=repr)
def test_a_schedule_stays_within_its_bounds_and_settles(schedule):
    rates = [schedule(step) for step in range(60)]
    assert all(0 <= rate <= 0.1 * (1 + 1e-15) for rate in rates)
    if not isinstance(schedule, optim.Exponential | optim.StepDecay):
        assert rates[-1] == rates[-2]


def test_one_cycle_rises_and_falls():
    rates = [optim.OneCycle(0.1, steps=40)(step) for step in range(40)]
    top = rates.index(max(rates))
    assert max(rates) == 0.1 and top == 11
    assert all(a < b for a, b in itertools.pairwise(rates[: top + 1]))
    assert all(a > b for a, b in itertools.pairwise(rates[top:]))
    assert rates[0] == pytest.approx(0.004) and rates[-1] == pytest.approx(4e-7)
