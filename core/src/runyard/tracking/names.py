"""Random names for runs and models: ``adjective-animal-number``, at most 20 characters."""

from __future__ import annotations

import os

# No word has more than 7 letters, so that the longest name has 7 + 7 + 4 letters and two dashes.
_ADJECTIVES = (  # noqa: SIM905 - a list would take 150 lines
    "able agile amber ample awake balmy blithe bold brave breezy bright brisk calm candid casual chatty cheery chief "
    "clean clever cosmic cozy crisp daring dashing deep deft docile dreamy eager early earnest easy elated "
    "epic exact fair famous fancy fast festive fine fleet fluffy fond frank free fresh frosty gallant gentle gifted "
    "glad golden good grand great happy hardy hearty honest hopeful humble ideal jolly jovial joyful keen kind learned "
    "light likable lively loud loyal lucky lush lyrical mellow merry mighty mild misty modest neat nimble noble "
    "orderly patient peppy placid playful pleased plucky polite proud quaint quick quiet rapid rare ready regal "
    "robust rosy rustic sassy serene sharp silent silly sincere skilled sleek smart smooth snappy snug sober solemn "
    "spry stately steady stoic sturdy suave sunny super swift tactful tame tender tidy tough trusty upbeat "
    "valiant vast velvety vivid warm wary wise witty worthy zany zealous zesty"
).split()
_ANIMALS = (  # noqa: SIM905 - likewise
    "adder ant ape auk badger bass bat bear beaver bee beetle bison boar bug calf camel carp cat chimp chough cicada "
    "clam cobra cod colt condor coot coyote crab crane cricket crow cub deer dingo doe dog dolphin donkey dove duck "
    "eagle eel egret elk emu ermine falcon fawn ferret finch flea fly foal fox frog gannet gazelle gecko gerbil gibbon "
    "gnat gnu goat goose gopher grouse grub gull hamster hare hawk hen heron hog horse hound ibex ibis impala jackal "
    "jaguar jay kestrel kite kiwi koala koi lamb lark lemur leopard linnet lion lizard llama lobster loon lynx magpie "
    "manatee mantis marlin marmot marten mink mole moose moth mouse mule newt ocelot octopus okapi orca oriole osprey "
    "ostrich otter owl ox oyster panda panther parrot peacock pelican penguin perch pig pigeon pike pony puffin puma "
    "quail rabbit raccoon ram rat raven robin rook salmon seal shad shark sheep shrew shrike shrimp skink skunk sloth "
    "slug smelt snail snake sow sparrow squid squirt stag steed stoat stork swan swift tapir tern tiger toad trout "
    "turtle viper vole wasp weasel whale wolf wombat wren yak zebra"
).split()


def random_name() -> str:
    """Return a name such as ``brave-otter-417``."""
    number = int.from_bytes(os.urandom(8), "big")
    number, first = divmod(number, len(_ADJECTIVES))
    number, second = divmod(number, len(_ANIMALS))
    return f"{_ADJECTIVES[first]}-{_ANIMALS[second]}-{number % 1001}"
