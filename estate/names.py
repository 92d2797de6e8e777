"""Invented names: ordinary first names and surnames, combined by chance; none pair up into somebody well known."""

from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


MEN: Final = _words("""
    Aaron Adam Adrian Ahmed Alan Alex Andrew Anthony Arjun Barry Ben Brendan Callum Carl Charlie Chris Connor
    Craig Damian Daniel Darren David Dominic Dylan Edward Elliot Ethan Femi Finn Gareth Gary Geoffrey George
    Glen Graham Harry Hassan Ian Ibrahim Jack Jacob Jake Jamal James Jason Jerome Joe Jonathan Jordan Joshua
    Karl Keith Kevin Kieran Kyle Lee Leon Lewis Liam Luke Marcus Mark Martin Matthew Michael Mohammed Nathan
    Neil Nicholas Oliver Omar Owen Patrick Paul Peter Phillip Raymond Reece Richard Robert Rohan Ross Ryan
    Samuel Scott Sean Simon Stephen Steven Stuart Tariq Terence Thomas Tobias Trevor Tyler Usman Vincent Wayne
    William Yusuf Zac
""")

WOMEN: Final = _words("""
    Abigail Aisha Alice Amanda Amber Amy Angela Anita Bethany Carly Caroline Catherine Chantelle Charlotte Chloe
    Claire Danielle Deborah Donna Eleanor Emily Emma Fatima Fiona Gemma Georgia Grace Hannah Hayley Heather
    Helen Holly Imogen Jade Jane Janet Jasmine Jennifer Jessica Joanne Julie Karen Kate Kayleigh Kelly Kerry
    Kirsty Laura Lauren Leanne Linda Lisa Louise Lucy Lynn Maria Megan Melissa Michelle Natalie Naomi Nicola
    Olivia Paige Rachel Rebecca Rosie Ruth Sally Samantha Sarah Shannon Sharon Shauna Sophie Stacey Susan Tanya
    Tara Tracey Vicky Wendy Yasmin Zainab
""")

SURNAMES: Final = _words("""
    Abbott Acheampong Ahmed Akhtar Aldridge Appleby Ashworth Atkins Bailey Banerjee Barraclough Bassett Begum
    Bentley Birch Blackburn Booth Bradshaw Briggs Broadbent Buckley Burgess Butterworth Calder Campion
    Cartwright Chaudhry Coates Collier Connolly Cowling Crabtree Crossley Dacre Dalton Darwent Delaney Dempster
    Denby Dhillon Drummond Duckworth Dunn Eastwood Eccles Edmunds Ellwood Emmott Fairhurst Fearnley Fenton
    Fielding Firth Forrester Garside Gill Glover Goodall Greenhalgh Greenwood Grimshaw Haigh Hallam Hanley
    Hargreaves Harker Haworth Heaton Hebden Hinchcliffe Hirst Holroyd Hopwood Horsfall Hussain Illingworth
    Ingham Ives Jagger Jessop Jowett Kaur Kavanagh Kellett Kendrick Kershaw Kilburn Lacey Langley Laycock Lister
    Lockwood Lomax Lumb Mahmood Mallinson Marsden Mather Mellor Midgley Moorhouse Mortimer Naylor Newsome Oakes
    Oduya Ogden Okonkwo Oldfield Openshaw Padgett Parkin Patel Pickles Porter Priestley Quarmby Quinn Ramsden
    Rawson Redfern Rimmer Rowe Rushworth Sagar Saville Schofield Seddon Shackleton Shah Sharples Sheard Siddall
    Slater Smithson Speight Stansfield Stead Stott Sugden Swift Sykes Tattersall Tempest Thackray Thornton
    Tordoff Townend Turton Uttley Varley Verity Wadsworth Wardle Waterhouse Whitehead Whittaker Wilkes Woodhead
    Wormald Wrigley Yeadon Yates
""")

# A few that software tends to trip over: hyphens, apostrophes, spaces, accents.
AWKWARD_SURNAMES: Final = ("O'Dowd", "Smith-Hartley", "van der Velde", "D'Souza", "Müller", "Nuñez", "Mc Cready")
