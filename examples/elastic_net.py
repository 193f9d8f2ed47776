"""Train an elastic net with several settings, look at the runs, load the best model and predict.

    pip install "runyard[sklearn]" matplotlib
    python elastic_net.py

The runs are recorded in ./mlruns. The data is the diabetes study that ships with scikit-learn: 442 patients, ten
measurements, and how far the disease went in the year after.
"""

from __future__ import annotations

import matplotlib

matplotlib.use("Agg")

import runyard.sklearn
from matplotlib import pyplot
from sklearn.datasets import load_diabetes
from sklearn.linear_model import ElasticNet
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error
from sklearn.model_selection import train_test_split

import runyard
from runyard.models import infer_signature

EPOCHS = 20
SETTINGS = [(alpha, l1_ratio) for alpha in (0.001, 0.01, 0.1) for l1_ratio in (0.2, 0.8)]

features, target = load_diabetes(return_X_y=True, as_frame=True)
x_train, x_test, y_train, y_test = train_test_split(features, target, random_state=7)


def train(alpha: float, l1_ratio: float) -> None:
    """Train one model, a pass over the data at a time, and record everything about it."""
    with runyard.start_run(run_name=f"alpha={alpha} l1_ratio={l1_ratio}"):
        runyard.log_params({"alpha": alpha, "l1_ratio": l1_ratio, "epochs": EPOCHS})
        runyard.log_input(runyard.data.from_pandas(x_train, name="diabetes"), context="train")

        model = ElasticNet(alpha=alpha, l1_ratio=l1_ratio, max_iter=1, tol=0, warm_start=True)
        for epoch in range(EPOCHS):
            model.fit(x_train, y_train)
            runyard.log_metric("train_rmse", root_mean_squared_error(y_train, model.predict(x_train)), step=epoch)
            runyard.log_metric("test_rmse", root_mean_squared_error(y_test, model.predict(x_test)), step=epoch)

        predicted = model.predict(x_test)
        runyard.log_metrics({"mae": mean_absolute_error(y_test, predicted), "r2": r2_score(y_test, predicted)})

        figure, axes = pyplot.subplots()
        axes.scatter(y_test, predicted)
        axes.set(xlabel="measured", ylabel="predicted", title=f"alpha={alpha}, l1_ratio={l1_ratio}")
        runyard.log_figure(figure, "predictions.png")
        pyplot.close(figure)

        runyard.sklearn.log_model(
            model, name="model", signature=infer_signature(x_train, predicted), input_example=x_train.head(3)
        )


def main() -> None:
    """Train with every setting, then use the best model."""
    # One pass at a time does not converge, and scikit-learn says so each time.
    import warnings

    from sklearn.exceptions import ConvergenceWarning

    warnings.simplefilter("ignore", ConvergenceWarning)

    runyard.set_experiment("diabetes")
    for alpha, l1_ratio in SETTINGS:
        train(alpha, l1_ratio)

    runs = runyard.search_runs(order_by=["metrics.r2 DESC"])
    columns = ["params.alpha", "params.l1_ratio", "metrics.test_rmse", "metrics.mae", "metrics.r2"]
    print(runs[["run_id", *columns]].to_string(index=False))

    best = runs.run_id[0]
    model = runyard.pyfunc.load_model(f"runs:/{best}/model")
    print(f"\nThe best run is {best}. Its model predicts, for three patients of the test set:")
    for predicted, measured in zip(model.predict(x_test.head(3)), y_test, strict=False):
        print(f"  predicted {predicted:6.1f}   measured {measured:6.1f}")


if __name__ == "__main__":
    main()
