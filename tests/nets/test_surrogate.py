"""The surrogate."""

import pytest
import torch

from bige_osim.errors import DatasetError
from bige_osim.nets.samples import Samples
from bige_osim.nets.scaling import Scaling
from bige_osim.nets.surrogate import Surrogate, SurrogateConfig


def ask(net: Surrogate, samples: Samples) -> torch.Tensor:
    return net(samples.motion, samples.duration, samples.body).mean


def test_it_answers_every_muscle_at_every_frame_between_0_and_1(
    surrogate: Surrogate, samples: Samples
) -> None:
    made = surrogate(samples.motion, samples.duration, samples.body)
    assert made.mean.shape == made.std.shape == samples.known_activations.shape
    assert 0 < made.mean.min() <= made.mean.max() < 1
    assert (made.std > 0).all()


@pytest.mark.parametrize("training", [False, True])
def test_samples_do_not_see_each_other(
    scaling: Scaling, surrogate: Surrogate, samples: Samples, training: bool
) -> None:
    still = Surrogate(  # without dropout, so that training mode is comparable
        SurrogateConfig(width=16, heads=2, layers=1, dropout=0.0),
        coordinate_names=surrogate.coordinate_names,
        muscle_names=surrogate.muscle_names,
        scaling=scaling,
    ).train(training)
    whole = ask(still, samples)
    for place in (0, 9):
        alone = ask(still, samples.take(torch.tensor([place])))
        torch.testing.assert_close(whole[[place]], alone, atol=1e-5, rtol=0)


def test_no_gradient_flows_between_samples(
    surrogate: Surrogate, samples: Samples
) -> None:
    motion = samples.motion.clone().requires_grad_()
    made = surrogate(motion, samples.duration, samples.body)
    (made.mean[3].sum() + made.std[3].sum()).backward()
    assert motion.grad is not None
    others = [place for place in range(len(samples)) if place != 3]
    assert (motion.grad[3] != 0).any()
    assert (motion.grad[others] == 0).all()


def test_frames_see_each_other_from_one_end_to_the_other(
    surrogate: Surrogate, samples: Samples
) -> None:
    one = samples.take(torch.tensor([0]))
    motion = one.motion.clone().requires_grad_()
    surrogate(motion, one.duration, one.body).mean[0, 0].sum().backward()
    assert motion.grad is not None
    assert (motion.grad[0].abs().sum(dim=1) > 0).all()


def test_the_same_frames_in_another_time_are_another_answer(
    surrogate: Surrogate, samples: Samples
) -> None:
    faster = samples.duration / 2
    slow = surrogate(samples.motion, samples.duration, samples.body).mean
    fast = surrogate(samples.motion, faster, samples.body).mean
    assert not torch.allclose(slow, fast)


def test_derivatives_are_taken_in_seconds(
    surrogate: Surrogate, samples: Samples
) -> None:
    count = len(surrogate.coordinate_names)
    slow = surrogate.features(samples.motion, samples.duration, samples.body)
    fast = surrogate.features(samples.motion, samples.duration / 2, samples.body)
    torch.testing.assert_close(fast[..., -count:], 4 * slow[..., -count:])
    between = slice(-2 * count, -count)
    torch.testing.assert_close(fast[..., between], 2 * slow[..., between])
    torch.testing.assert_close(fast[..., : -2 * count], slow[..., : -2 * count])


def test_where_on_the_floor_one_squats_does_not_matter(
    surrogate: Surrogate, samples: Samples, names: tuple[str, ...]
) -> None:
    moved = samples.motion.clone()
    moved[..., names.index("pelvis_tx")] += 1.0
    moved[..., names.index("pelvis_tz")] -= 2.0
    there = surrogate(moved, samples.duration, samples.body).mean
    torch.testing.assert_close(there, ask(surrogate, samples), atol=1e-4, rtol=0)


def test_the_members_differ_and_spread_scales_what_is_stated(
    surrogate: Surrogate, samples: Samples
) -> None:
    motion = (samples.motion, samples.duration, samples.body)
    members = surrogate.each(*motion)
    assert members.shape[0] == 3
    assert not torch.allclose(members[0], members[1])
    before = surrogate(*motion)
    surrogate.spread.fill_(2.0)
    after = surrogate(*motion)
    torch.testing.assert_close(after.std, 2 * before.std)
    torch.testing.assert_close(after.mean, before.mean)


def test_one_member_has_no_uncertainty_and_still_a_gradient(
    scaling: Scaling, surrogate: Surrogate, samples: Samples
) -> None:
    single = Surrogate(
        SurrogateConfig(width=16, heads=2, layers=1, members=1),
        coordinate_names=surrogate.coordinate_names,
        muscle_names=surrogate.muscle_names,
        scaling=scaling,
    ).eval()
    motion = samples.motion.clone().requires_grad_()
    made = single(motion, samples.duration, samples.body)
    (made.mean.sum() + made.std.sum()).backward()
    assert made.std.max() < 1e-5
    assert motion.grad is not None
    assert torch.isfinite(motion.grad).all()


def test_an_untrained_net_starts_near_the_mean_of_the_activations(
    surrogate: Surrogate, samples: Samples
) -> None:
    surrogate.start_at(samples.known_activations)
    error = ask(surrogate, samples).mean() - samples.known_activations.mean()
    assert abs(error.item()) < 0.05


@pytest.mark.parametrize("frames", [30, 47])
def test_any_number_of_frames_is_answered(
    surrogate: Surrogate, samples: Samples, frames: int
) -> None:
    made = surrogate(samples.motion[:, :frames], samples.duration, samples.body)
    assert made.mean.shape[1] == frames


def test_an_unknown_feature_is_an_error(
    scaling: Scaling, names: tuple[str, ...]
) -> None:
    with pytest.raises(DatasetError) as error:
        Surrogate(
            SurrogateConfig(features=("position", "jerk")),
            coordinate_names=names,
            muscle_names=("soleus_r",),
            scaling=scaling,
        )
    assert str(error.value) == (
        "The surrogate's features must be some of position, velocity, acceleration, "
        "got jerk; correct its settings."
    )


def test_a_width_that_the_heads_do_not_divide_is_an_error(
    scaling: Scaling, names: tuple[str, ...]
) -> None:
    with pytest.raises(DatasetError) as error:
        Surrogate(
            SurrogateConfig(width=50, heads=4),
            coordinate_names=names,
            muscle_names=("soleus_r",),
            scaling=scaling,
        )
    assert str(error.value) == (
        "The surrogate's width must be a multiple of its heads, got 50 and 4; correct "
        "its settings."
    )
