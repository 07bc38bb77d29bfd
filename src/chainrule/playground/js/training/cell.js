// A training as a notebook's cell: the same data, network and steps, by `nn.fit`.

import { say } from "../words.js";

const LOSS = "binary_cross_entropy";

/** @param {import("./training.js").Training} training */
export function trainingCode(training) {
  const { settings, steps, perEpoch, batch } = training;
  const { data, hidden, activation, seed } = settings;
  const epochs = Math.floor(steps / perEpoch);
  const options = hidden.length ? `, activation="${activation}"` : "";
  return [
    "from chainrule import nn",
    "",
    `X, y = nn.datasets.${data}()`,
    `net = nn.MLP(2, [${[...hidden, 1].join(", ")}]${options}, init="xavier", seed=${seed})`,
    ...scheduleOf(settings.rates),
    "nn.fit(",
    `    net, X, y, epochs=${epochs}, batch_size=${batch}, shuffle=False,`,
    `    loss="${LOSS}", optimizer=nn.optim.SGD(lr=${rateOf(settings.rates)}),`,
    ")",
    ...restOf(training, epochs),
    "",
    `outputs = [net(x) for x in X.tolist()]`,
    `loss = nn.losses.mean("${LOSS}", outputs, y.tolist())`,
    "accuracy = sum((out.data > 0) == label for out, label in zip(outputs, y)) / len(y)",
    `print(loss.data, accuracy)  # ${training.score.loss} ${training.score.accuracy}`,
    "nn.plot_boundary(net, X, y)",
    "",
  ].join("\n");
}

/** The learning rate as an argument. @param {[number, number][]} rates */
function rateOf(rates) {
  return rates.length === 1 ? String(rates[0][1]) : "rate";
}

/** A learning rate that changes, as a function of the step. @param {[number, number][]} rates */
function scheduleOf(rates) {
  if (rates.length === 1) return [];
  const steps = rates.map(([from, rate]) => `${from}: ${rate}`).join(", ");
  return [
    "",
    "def rate(step):",
    `    rates = {${steps}}  # ${say("code_from_step")}`,
    "    return rates[max(first for first in rates if first <= step)]",
    "",
  ];
}

/** The steps of an epoch that isn't over, one by one. */
function restOf({ settings: { rates }, steps, perEpoch, batch }, epochs) {
  const rest = steps % perEpoch;
  if (!rest) return [];
  const first = epochs * perEpoch;
  const rate = rates.length === 1 ? String(rates[0][1]) : `rate(${first} + step)`;
  return [
    "",
    `for step in range(${rest}):  # ${say("code_next_epoch")}`,
    `    rows = slice(${batch} * step, ${batch} * step + ${batch})`,
    `    loss = nn.losses.mean("${LOSS}", [net(x) for x in X[rows].tolist()], y[rows].tolist())`,
    "    net.zero_grad()",
    "    loss.backward()",
    "    for p in net.parameters():",
    `        p.data -= ${rate} * p.grad`,
  ];
}
