"""scikit-learn's logistic regression on Thaw's own features, C chosen inside train by cross-validation.

logistic.py LIST FEATURES OUTPUT: LIST is JSON [{imageId, label, side}], FEATURES raw float32 [N, D] in its order; OUTPUT becomes
JSON {C, answers: {imageId: label}} for side 'test', trained on all others.
"""

import json
import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

STRENGTHS = np.logspace(-5, 1, 13)
FOLDS = 5
SEED = 0


def main(rows_file, features_file, output):
    rows = json.loads(Path(rows_file).read_text())
    features = np.fromfile(features_file, np.float32).reshape(len(rows), -1)
    labels = np.array([row["label"] for row in rows])
    is_test = np.array([row["side"] == "test" for row in rows])
    search = choose(features[~is_test], labels[~is_test])
    answers = search.predict(features[is_test]).tolist()
    ids = [row["imageId"] for row in rows if row["side"] == "test"]
    scaling = "as they are" if search.best_params_["standardscaler"] == "passthrough" else "standardised"
    strength = f"C {search.best_params_['logisticregression__C']:g}, features {scaling}"
    Path(output).write_text(json.dumps({"C": strength, "answers": dict(zip(ids, answers))}))


def choose(features, labels):
    """Strength by cross-validated log loss, with and without standardising; each on its own folds' training rows only."""
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=5000))
    grid = {"standardscaler": [StandardScaler(), "passthrough"], "logisticregression__C": STRENGTHS}
    return GridSearchCV(pipeline, grid, scoring="neg_log_loss", cv=folds).fit(features, labels)


main(*sys.argv[1:])
